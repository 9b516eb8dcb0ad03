// A child process that turns its standard input into standard output: runs, is fed, is read, and is gone.
#pragma once

#include <chrono>
#include <cstddef>
#include <stop_token>
#include <string>
#include <vector>

#include "harness/base/result.h"

namespace heapstorm {

struct FilterCommand {
  std::string program;  // absolute path
  std::vector<std::string> arguments;
  std::chrono::milliseconds deadline{30000};
  std::size_t max_output_bytes = 64u << 20;
  std::stop_token stop{};  // after a request the deadline is half a second at most
};

// What the child wrote until it closed its output, and whether it came to its end by itself. Cut off: the deadline
// passed or it wrote too much, and it was killed.
struct FilterOutput {
  std::string text;
  bool cut_off = false;
};

// Fails if the child cannot be started. Its standard error goes nowhere; it is in a process group of its own, so Ctrl-C
// in a terminal reaches us only, and its network look-ups for debug information are off. No child is left behind.
Result<FilterOutput> run_filter(const FilterCommand& command, const std::string& input);

}  // namespace heapstorm
