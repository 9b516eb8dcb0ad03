// The summary that a person reads on the terminal in five seconds: the verdict, what was found, who allocated, who
// freed, where, and how to do it again.
#pragma once

#include <cstddef>
#include <string>

#include "harness/runner/run_result.h"

namespace heapstorm {

struct SummaryStyle {
  bool colour = false;  // ANSI colours; the caller knows whether a terminal reads this
  std::size_t findings_shown = 5;
};

// Several lines with a newline at the end. Control characters that a target printed are escaped.
std::string to_summary(const RunResult& result, const SummaryStyle& style = {});

}  // namespace heapstorm
