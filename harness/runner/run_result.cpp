#include "harness/runner/run_result.h"

#include <algorithm>

#include "harness/base/check.h"

namespace heapstorm {
namespace {
constexpr const char* left_out = " was left out: ";
}  // namespace

const char* to_string(EndReason reason) {
  switch (reason) {
    case EndReason::completed:
      return "completed";
    case EndReason::time_limit:
      return "time_limit";
    case EndReason::resource_limit:
      return "resource_limit";
    case EndReason::target_died:
      return "target_died";
    case EndReason::signal_injected:
      return "signal_injected";
    case EndReason::target_hung:
      return "target_hung";
    case EndReason::never_listened:
      return "never_listened";
    case EndReason::died_at_start:
      return "died_at_start";
    case EndReason::interrupted:
      return "interrupted";
  }
  HEAPSTORM_CHECK(false);
}

std::string left_out_note(const std::string& file, const std::string& reason) {
  return file + left_out + reason;
}

bool was_left_out(const RunResult& result, const std::string& file) {
  return std::any_of(result.notes.begin(), result.notes.end(),
                     [&](const std::string& note) { return note.starts_with(file + left_out); });
}

std::uint64_t pairs_reached(const PairMatrix& matrix) {
  std::uint64_t reached = 0;
  for (std::size_t row = 0; row < matrix.size(); ++row) {
    for (std::size_t column = 0; column < matrix[row].size(); ++column) {
      if (row != column && matrix[row][column] != 0) ++reached;
    }
  }
  return reached;
}

std::uint64_t pairs_in_all(std::uint32_t workers) {
  return workers < 2 ? 0 : std::uint64_t{workers} * (workers - 1);
}

int exit_code(const RunResult& result) {
  switch (result.end_reason) {
    case EndReason::interrupted:
      return 130;
    case EndReason::never_listened:
      return 3;
    case EndReason::died_at_start:
      if (result.findings.empty()) return 3;
      break;
    default:
      break;
  }
  return result.passed ? 0 : 1;
}

bool was_judged(const RunResult& result) {
  return exit_code(result) <= 1;
}

}  // namespace heapstorm
