#include "harness/faults/values.h"

namespace heapstorm {

std::optional<std::uint32_t> Values::number(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  const auto* number = std::get_if<std::uint32_t>(&found->second);
  return number == nullptr ? std::nullopt : std::optional(*number);
}

std::uint32_t Values::number_or(std::string_view name, std::uint32_t otherwise) const {
  return number(name).value_or(otherwise);
}

std::optional<std::string> Values::text(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  const auto* text = std::get_if<std::string>(&found->second);
  return text == nullptr ? std::nullopt : std::optional(*text);
}

void Values::remove(std::string_view name) {
  const auto found = values_.find(name);
  if (found != values_.end()) values_.erase(found);
}

}  // namespace heapstorm
