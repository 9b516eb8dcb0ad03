#include <fmt/format.h>

#include "harness/base/printable.h"
#include "reports/matrix/matrix_reports.h"

namespace heapstorm {
namespace {

constexpr const char* style =
    ":root{color-scheme:light dark;--line:#8886;--caught:#1a7f3722;--alarm:#c0282833}"
    "body{font:15px/1.45 system-ui,sans-serif;margin:1.5rem;max-width:90rem}"
    ".wide{overflow-x:auto}table{border-collapse:collapse}"
    "th,td{border:1px solid var(--line);padding:.35rem .55rem;text-align:left;vertical-align:top}"
    "tbody th{font-weight:500;white-space:nowrap}td.caught{background:var(--caught)}td.alarm{background:var(--alarm)}"
    "small{display:block;opacity:.8}";

std::string escape(const std::string& text) {
  std::string escaped;
  for (const char c : printable(text)) {
    switch (c) {
      case '<':
        escaped += "&lt;";
        break;
      case '&':
        escaped += "&amp;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string kinds_of(const MatrixCell& cell) {
  std::string kinds;
  for (const std::string& kind : cell.kinds) kinds += (kinds.empty() ? "" : ", ") + escape(kind);
  return kinds;
}

std::string cell_html(const MatrixCell& cell, bool buggy) {
  if (cell.rate.attempts == 0) return fmt::format("<td>{}</td>", cell.failed > 0 ? "did not come up" : "");
  const Interval interval = cell.rate.interval();
  const std::string rate = fmt::format("{}/{} <small>95 % CI {:.0f}-{:.0f} %</small>", cell.rate.hits,
                                       cell.rate.attempts, interval.low * 100, interval.high * 100);
  if (cell.rate.hits == 0) return fmt::format("<td>{}</td>", rate);
  return fmt::format("<td class=\"{}\">{}<small>{}</small><small>first: attempt {}, {} ms</small></td>",
                     buggy ? "caught" : "alarm", rate, kinds_of(cell), *cell.attempts_to_first_hit,
                     *cell.ms_to_first_hit);
}

std::string table_html(const Matrix& matrix, bool buggy) {
  std::string html = "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"" +
                     std::string(buggy ? "buggy variants" : "fixed variants") +
                     "\"><table><thead><tr><th scope=\"col\">variant</th>";
  for (const MatrixColumn& column : matrix.columns) {
    html += fmt::format("<th scope=\"col\">{}<small>{}</small></th>", escape(column.detector),
                        column.missing.empty() ? "" : "not tried: " + escape(column.missing));
  }
  html += "</tr></thead><tbody>\n";
  for (const MatrixRow& row : matrix.rows) {
    if (row.info.buggy != buggy) continue;
    html += "<tr><th scope=\"row\">" + escape(row.info.name) + "</th>";
    for (const MatrixCell& cell : row.cells) html += cell_html(cell, buggy);
    html += "</tr>\n";
  }
  if (!buggy) {
    html += "<tr><th scope=\"row\">slow-down</th>";
    for (const MatrixColumn& column : matrix.columns) {
      html += column.slow_down ? fmt::format("<td>{:.1f} x</td>", *column.slow_down) : "<td></td>";
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

}  // namespace

std::string to_matrix_html(const Matrix& matrix) {
  std::string html = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width, initial-scale=1\"><title>heapstorm: who catches "
      "what</title><style>{}</style></head>"
      "<body><main><h1>Who catches what</h1>\n<p>{} attempts for each cell, with the seeds 1 to {}. A hit is an "
      "attempt in "
      "which anything was found.</p>\n",
      style, matrix.attempts_wanted, matrix.attempts_wanted);
  html +=
      "<h2>Buggy variants</h2>\n" + table_html(matrix, true) + "<h2>Fixed variants</h2>\n" + table_html(matrix, false);
  html += "<h2>The detectors</h2>\n<ul>\n";
  for (const MatrixColumn& column : matrix.columns) {
    html += "<li>" + escape(column.detector) + ": " + escape(column.summary) + "</li>\n";
  }
  html +=
      "<li>slow-down: the fixed variants' storms, median, against the same with glibc's malloc and nothing "
      "else</li>\n</ul>\n";
  const auto surprises = matrix.surprises();
  if (!surprises.empty()) html += "<h2>What should not be</h2>\n<ul>\n";
  for (const std::string& surprise : surprises) html += "<li>" + escape(surprise) + "</li>\n";
  if (!surprises.empty()) html += "</ul>\n";
  return html + "</main></body></html>\n";
}

}  // namespace heapstorm
