#include "tools/heapstorm/parameter_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "harness/scenario/suggestion.h"

namespace heapstorm::cli {
namespace {

// Which there are instead.
std::string known_parameters(const VariantInfo& variant, const std::string& name) {
  if (variant.parameters.empty()) return "it has none";
  std::vector<std::string_view> names;
  std::vector<std::string> ranges;
  for (const ParameterInfo& parameter : variant.parameters) {
    names.push_back(parameter.name);
    ranges.push_back(fmt::format("{} ({}..{})", parameter.name, parameter.minimum, parameter.maximum));
  }
  return fmt::format("known are: {}{}", fmt::join(ranges, ", "), scenario::suggestion(name, names));
}

}  // namespace

Status check_parameters(const TargetSpec& target, const VariantInfo& variant, const WrongAt& wrong_at) {
  for (const auto& [name, value] : target.parameters) {
    const std::string pointer = "/target/parameters/" + name;
    const auto known = std::find_if(variant.parameters.begin(), variant.parameters.end(),
                                    [&](const ParameterInfo& parameter) { return parameter.name == name; });
    if (known == variant.parameters.end()) {
      return wrong_at(pointer, fmt::format("variant \"{}\" has no parameter \"{}\"; {}", variant.name, name,
                                           known_parameters(variant, name)));
    }
    if (value < known->minimum || value > known->maximum) {
      return wrong_at(pointer, fmt::format("must be between {} and {}, not {} ({})", known->minimum, known->maximum,
                                           value, known->summary));
    }
  }
  return Success{};
}

}  // namespace heapstorm::cli
