// The stacks inside a sanitizer's report: a heading ("freed by thread T1 here:") and frames ("#0 ...").
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/findings/finding.h"

namespace heapstorm {

struct SanitizerStack {
  std::string heading;
  std::vector<Frame> frames;  // innermost first; empty: "failed to restore the stack"
  bool interrupted =
      false;             // a line that is no frame stands between two, or frames are missing: somebody wrote into it
  bool cut_off = false;  // there were more frames than are kept
};

// A frame's line, as ASan ("#0 0x55 in f(int) a.cpp:3:5"), TSan ("#0 f(int) a.cpp:3:5 (prog+0x12)") and both without
// symbols
// ("#0 0x55  (prog+0x12)") write it; nothing if the line is no frame.
std::optional<Frame> parse_sanitizer_frame(std::string_view line);

// All stacks of a report, in order. A stack ends where the next begins, with frame #0.
std::vector<SanitizerStack> parse_sanitizer_stacks(const std::vector<std::string_view>& lines);

}  // namespace heapstorm
