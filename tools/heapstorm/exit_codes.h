// The exit codes of every command.
#pragma once

#include <algorithm>

#include "harness/base/result.h"

namespace heapstorm::cli {

constexpr int exit_ok = 0;
constexpr int exit_unmet = 1;        // an expectation was not met
constexpr int exit_bad_input = 2;    // bad input or usage
constexpr int exit_environment = 3;  // the environment or the harness itself failed
constexpr int exit_interrupted = 130;

// Of several scenarios the worst counts: 130, then 3, 2, 1, 0.
inline int worse(int one, int other) {
  return std::max(one, other);
}

inline int exit_code_of(const Error& error) {
  return error.kind == ErrorKind::bad_input ? exit_bad_input : exit_environment;
}

}  // namespace heapstorm::cli
