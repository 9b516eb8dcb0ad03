#include "harness/scenario/reading/diagnostics.h"

#include <fmt/core.h>

#include <limits>

#include "harness/base/printable.h"

namespace heapstorm::scenario {

namespace {

// The pointer of the whole document is empty and says nothing to a reader.
std::string with_pointer(const std::string& pointer, const std::string& message) {
  return pointer.empty() ? message : fmt::format("{}: {}", pointer, message);
}

}  // namespace

void Diagnostics::add(const std::string& pointer, const std::string& message) {
  const Place& place = places_.find(pointer);
  if (!place.origin.empty()) return add_from_override(place.origin, pointer, message);
  add_at_line(place.line, pointer, message);
}

void Diagnostics::add_at_key(const std::string& pointer, const std::string& message) {
  const Place& place = places_.find(pointer);
  if (!place.origin.empty()) return add_from_override(place.origin, pointer, message);
  add_at_line(place.key_line, pointer, message);
}

void Diagnostics::add_at_line(std::size_t line, const std::string& pointer, const std::string& message) {
  keep(line, fmt::format("{}:{}: {}", file_, line, with_pointer(pointer, message)));
}

void Diagnostics::add_from_override(const std::string& origin, const std::string& pointer, const std::string& message) {
  keep(std::numeric_limits<std::size_t>::max(),
       fmt::format("{}: {}: {}", file_, origin, with_pointer(pointer, message)));
}

void Diagnostics::keep(std::size_t line, const std::string& mistake) {
  mistakes_.emplace(line, printable(mistake));
}

std::string Diagnostics::text() const {
  std::string text;
  for (const auto& [line, mistake] : mistakes_) text += (text.empty() ? "" : "\n") + mistake;
  return text;
}

}  // namespace heapstorm::scenario
