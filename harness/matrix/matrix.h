// A Matrix: which detector catches which variant, how often, how soon, and what it costs. A plain value.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "harness/base/hit_rate.h"
#include "harness/matrix/attempt_log.h"

namespace heapstorm {

// What a row's scenario is.
struct MatrixRowInfo {
  std::string name;           // "date_header/static_cache"
  std::string scenario_file;  // as the user would name it
  std::string scenario_hash;
  bool buggy = true;  // a fixed one expects a clean target
};

struct MatrixCell {
  HitRate rate;                                          // a hit: anything was found
  std::uint64_t failed = 0;                              // attempts whose target did not come up; not in `rate`
  std::set<std::string> kinds;                           // of all that was found
  std::optional<std::uint64_t> attempts_to_first_hit{};  // counted from 1, in the order of the seeds
  std::optional<std::uint64_t> ms_to_first_hit{};        // the targets' lives up to that attempt's end
  std::optional<std::uint64_t> median_ms{};              // of the target's life
  std::optional<double> slow_down{};                     // of the storm, against the same one with glibc's malloc alone
  bool operator==(const MatrixCell&) const = default;
};

struct MatrixRow {
  MatrixRowInfo info;
  std::vector<MatrixCell> cells;  // one for each of Matrix::detectors
};

struct MatrixColumn {
  std::string detector;
  std::string summary;
  std::string missing;                // why it was not tried; "" if it was
  bool false_alarms = false;          // it is known for them: a hit in a fixed row is no surprise
  std::optional<double> slow_down{};  // the median of its cells whose storms came to their end
};

struct Matrix {
  std::uint64_t attempts_wanted = 0;  // for each cell
  std::vector<MatrixColumn> columns;
  std::vector<MatrixRow> rows;

  // What should not be: a fixed row in which something was found, a buggy one that nobody caught. One line each.
  std::vector<std::string> surprises() const;
  bool failed() const;  // a target did not come up
};

// From any attempts, in any order; those of other rows, scenarios and detectors count for nothing, and of two with the
// same seed the later one.
Matrix summarise(const std::vector<MatrixRowInfo>& rows, const std::vector<MatrixColumn>& columns,
                 std::uint64_t attempts_wanted, std::span<const MatrixAttempt> attempts);

}  // namespace heapstorm
