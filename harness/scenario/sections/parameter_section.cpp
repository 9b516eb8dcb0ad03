#include <fmt/core.h>

#include "harness/scenario/reading/string_rules.h"
#include "harness/scenario/sections/sections.h"

namespace heapstorm::scenario {

namespace {

// The integers that every program that reads JSON agrees on. Whoever knows the target checks the target's own range.
constexpr std::int64_t greatest = (std::int64_t{1} << 53) - 1;
constexpr std::int64_t least = -greatest;

bool is_within(const nlohmann::json& value) {
  if (value.is_number_unsigned()) return value.get<std::uint64_t>() <= static_cast<std::uint64_t>(greatest);
  return value.get<std::int64_t>() >= least;
}

std::optional<std::int64_t> read_value(const Node& node) {
  const bool is_integer = node.value().is_number_integer();
  if (is_integer && is_within(node.value())) return node.value().get<std::int64_t>();
  node.error_expected(fmt::format("{}between {} and {}", is_integer ? "" : "an integer ", least, greatest));
  return std::nullopt;
}

}  // namespace

void read_parameters(const Node& node, std::map<std::string, std::int64_t>& parameters) {
  if (!node.value().is_object()) return node.error_expected("an object");
  for (const auto& [name, value] : node.value().items()) {
    if (!parameter_name.accepts(name)) {
      node.member_error(name, fmt::format("must be {}", parameter_name.expected));
    } else if (const auto number = read_value(node.member(name))) {
      parameters[name] = *number;
    }
  }
}

}  // namespace heapstorm::scenario
