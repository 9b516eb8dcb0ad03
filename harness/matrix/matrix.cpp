#include "harness/matrix/matrix.h"

#include <algorithm>
#include <map>

namespace heapstorm {
namespace {

constexpr const char* yardstick = "glibc";  // nothing watches there, so nothing slows the target down

// In the order of their seeds.
using CellAttempts = std::map<std::uint64_t, const MatrixAttempt*>;

template <typename T>
std::optional<T> median(std::vector<T> values) {
  if (values.empty()) return std::nullopt;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::optional<std::uint64_t> median_storm_ms(const CellAttempts& attempts) {
  std::vector<std::uint64_t> times;
  for (const auto& [seed, attempt] : attempts) {
    if (!attempt->failed) times.push_back(std::max<std::uint64_t>(attempt->storm_ms, 1));
  }
  return median(std::move(times));
}

MatrixCell cell_of(const CellAttempts& attempts) {
  MatrixCell cell;
  std::vector<std::uint64_t> lives;
  std::uint64_t elapsed_ms = 0;
  for (const auto& [seed, attempt] : attempts) {
    if (attempt->failed) {
      ++cell.failed;
      continue;
    }
    ++cell.rate.attempts;
    elapsed_ms += attempt->duration_ms;
    lives.push_back(attempt->duration_ms);
    if (attempt->kinds.empty()) continue;
    ++cell.rate.hits;
    cell.kinds.insert(attempt->kinds.begin(), attempt->kinds.end());
    if (cell.attempts_to_first_hit) continue;
    cell.attempts_to_first_hit = cell.rate.attempts;
    cell.ms_to_first_hit = elapsed_ms;
  }
  cell.median_ms = median(std::move(lives));
  return cell;
}

}  // namespace

Matrix summarise(const std::vector<MatrixRowInfo>& rows, const std::vector<MatrixColumn>& columns,
                 std::uint64_t attempts_wanted, std::span<const MatrixAttempt> attempts) {
  std::map<std::pair<std::string, std::string>, CellAttempts> by_cell;
  for (const MatrixAttempt& attempt : attempts) {
    if (attempt.seed > attempts_wanted) continue;
    by_cell[{attempt.scenario, attempt.detector}].insert_or_assign(attempt.seed, &attempt);
  }
  Matrix matrix{.attempts_wanted = attempts_wanted, .columns = columns, .rows = {}};
  std::vector<std::vector<double>> slow_downs(columns.size());
  for (const MatrixRowInfo& info : rows) {
    MatrixRow row{info, {}};
    const auto unwatched_ms = median_storm_ms(by_cell[{info.scenario_hash, yardstick}]);
    for (std::size_t column = 0; column < columns.size(); ++column) {
      const CellAttempts& made = by_cell[{info.scenario_hash, columns[column].detector}];
      MatrixCell cell = cell_of(made);
      const auto watched_ms = median_storm_ms(made);
      if (watched_ms && unwatched_ms) {
        cell.slow_down = static_cast<double>(*watched_ms) / static_cast<double>(*unwatched_ms);
        // A storm that ended early because its target died says nothing of speed.
        if (!info.buggy) slow_downs[column].push_back(*cell.slow_down);
      }
      row.cells.push_back(std::move(cell));
    }
    matrix.rows.push_back(std::move(row));
  }
  for (std::size_t column = 0; column < columns.size(); ++column) {
    matrix.columns[column].slow_down = median(std::move(slow_downs[column]));
  }
  return matrix;
}

std::vector<std::string> Matrix::surprises() const {
  std::vector<std::string> lines;
  for (const MatrixRow& row : rows) {
    std::uint64_t hits = 0;
    std::uint64_t tried = 0;
    for (std::size_t column = 0; column < row.cells.size(); ++column) {
      const MatrixCell& cell = row.cells[column];
      hits += cell.rate.hits;
      tried += cell.rate.attempts;
      if (row.info.buggy || cell.rate.hits == 0 || columns[column].false_alarms) continue;
      lines.push_back(row.info.name + " is fixed, and " + columns[column].detector + " found " + *cell.kinds.begin() +
                      " in " + std::to_string(cell.rate.hits) + " of " + std::to_string(cell.rate.attempts));
    }
    if (row.info.buggy && hits == 0 && tried > 0) lines.push_back(row.info.name + " is buggy, and nobody caught it");
  }
  return lines;
}

bool Matrix::failed() const {
  return std::any_of(rows.begin(), rows.end(), [](const MatrixRow& row) {
    return std::any_of(row.cells.begin(), row.cells.end(), [](const MatrixCell& cell) { return cell.failed > 0; });
  });
}

}  // namespace heapstorm
