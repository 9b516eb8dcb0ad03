#include "tools/heapstorm/shell_quote.h"

#include <fmt/format.h>

#include "harness/base/printable.h"
#include "harness/base/utf8.h"

namespace heapstorm::cli {
namespace {

// What a terminal or run.json would show otherwise than it is.
bool is_plain_text(const std::string& argument) {
  return printable(argument) == argument && valid_utf8(argument) == argument;
}

// bash, zsh, ksh and POSIX of 2024 know it.
std::string with_escapes(const std::string& argument) {
  std::string quoted = "$'";
  for (const char character : argument) {
    if (character == '\'' || character == '\\') {
      quoted.append(1, '\\').append(1, character);
    } else if (character >= ' ' && character <= '~') {
      quoted += character;
    } else {
      quoted += fmt::format("\\{:03o}", static_cast<unsigned char>(character));
    }
  }
  return quoted + "'";
}

}  // namespace

std::string shell_quote(const std::string& argument) {
  constexpr const char* safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,@%+";
  if (!argument.empty() && argument.find_first_not_of(safe) == std::string::npos) return argument;
  if (!is_plain_text(argument)) return with_escapes(argument);
  std::string quoted = "'";
  for (const char character : argument) {
    if (character == '\'') {
      quoted += "'\\''";
    } else {
      quoted += character;
    }
  }
  return quoted + "'";
}

}  // namespace heapstorm::cli
