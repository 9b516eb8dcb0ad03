#include "tools/heapstorm/refusal.h"

#include <fmt/format.h>

#include <sstream>
#include <string>

#include "harness/base/printable.h"
#include "tools/heapstorm/exit_codes.h"

namespace heapstorm::cli {

int refuse(const Error& error) {
  fmt::print(stderr, "heapstorm: {}\n", printable(error.message));
  return exit_code_of(error);
}

int refuse_each(const Error& error) {
  std::istringstream lines(error.message);
  for (std::string line; std::getline(lines, line);) fmt::print(stderr, "heapstorm: {}\n", printable(line));
  return exit_code_of(error);
}

int refuse_scenarios(const Error& error) {
  fmt::print(stderr, "{}\n", printable_lines(error.message));
  return exit_code_of(error);
}

}  // namespace heapstorm::cli
