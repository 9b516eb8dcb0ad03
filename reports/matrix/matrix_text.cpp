#include <fmt/format.h>

#include "harness/base/printable.h"
#include "reports/matrix/matrix_reports.h"

namespace heapstorm {
namespace {

std::string first_kind(const MatrixCell& cell) {
  const std::size_t others = cell.kinds.size() - 1;
  return *cell.kinds.begin() + (others > 0 ? fmt::format(" +{}", others) : "");
}

std::string cell_text(const MatrixCell& cell, const MatrixColumn& column, const Matrix& matrix, bool buggy) {
  if (!column.missing.empty() || (cell.rate.attempts == 0 && cell.failed == 0)) return "";
  if (cell.rate.attempts == 0) return "failed";
  const std::string rate = fmt::format("{}/{}", cell.rate.hits, cell.rate.attempts);
  if (cell.rate.hits == 0) return cell.rate.attempts == matrix.attempts_wanted ? "–" : rate;
  if (!buggy && column.false_alarms) return "*false alarm* " + rate;
  return fmt::format("**{}** {}", rate, printable(first_kind(cell)));
}

std::string table_head(const Matrix& matrix) {
  std::string names = "| variant |";
  std::string rule = "| --- |";
  for (const MatrixColumn& column : matrix.columns) {
    names += fmt::format(" {} |", column.detector);
    rule += " --- |";
  }
  return names + "\n" + rule + "\n";
}

std::string slow_down_line(const Matrix& matrix) {
  std::string line = "| *slow-down* |";
  for (const MatrixColumn& column : matrix.columns) {
    line += column.slow_down ? fmt::format(" {:.1f} x |", *column.slow_down) : "  |";
  }
  return line + "\n";
}

std::string table_rows(const Matrix& matrix, bool buggy) {
  std::string lines;
  for (const MatrixRow& row : matrix.rows) {
    if (row.info.buggy != buggy) continue;
    lines += fmt::format("| {}{} |", printable(row.info.name), buggy ? "" : " (fixed)");
    for (std::size_t column = 0; column < row.cells.size(); ++column) {
      lines += fmt::format(" {} |", cell_text(row.cells[column], matrix.columns[column], matrix, buggy));
    }
    lines += "\n";
  }
  return lines;
}

}  // namespace

std::string to_markdown(const Matrix& matrix) {
  std::string text = table_head(matrix) + table_rows(matrix, true) + table_rows(matrix, false) + slow_down_line(matrix);
  const HitRate none{.hits = 0, .attempts = matrix.attempts_wanted};
  text += fmt::format(
      "\nk/n: attempts in which anything was found, of those with the seeds 1 to {0}, and its first kind; –: none of "
      "{0} (95 % CI 0-{1:.0f} "
      "%); 0/k: none so far.\n",
      matrix.attempts_wanted, none.interval().high * 100);
  for (const MatrixColumn& column : matrix.columns) {
    text += fmt::format("- {}: {}{}\n", column.detector, column.summary,
                        column.missing.empty() ? "" : " (not tried: " + column.missing + ")");
  }
  text += "- slow-down: the fixed variants' storms, median, against the same with glibc's malloc and nothing else\n";
  for (const std::string& surprise : matrix.surprises()) text += "- **unmet**: " + printable(surprise) + "\n";
  return text;
}

}  // namespace heapstorm
