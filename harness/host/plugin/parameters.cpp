#include "harness/host/plugin/parameters.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <span>

namespace heapstorm::host {

namespace {

std::span<const heapstorm_parameter> parameters_of(const heapstorm_variant& variant) {
  return {variant.parameters, variant.parameter_count};
}

const heapstorm_parameter* find_parameter(const heapstorm_variant& variant, std::string_view name) {
  for (const heapstorm_parameter& parameter : parameters_of(variant)) {
    if (parameter.name == name) return &parameter;
  }
  return nullptr;
}

// All of `text` as a decimal number.
std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return stop == end && error == std::errc() ? std::optional(number) : std::nullopt;
}

Error unknown_parameter(const heapstorm_variant& variant, std::string_view name) {
  std::string known;
  for (const heapstorm_parameter& parameter : parameters_of(variant)) {
    known += fmt::format("{}{}", known.empty() ? "" : ", ", parameter.name);
  }
  return Error::bad_input(fmt::format("variant '{}' has no parameter '{}'; it has: {}", variant.name, name,
                                      known.empty() ? "none" : known));
}

Error out_of_range(const heapstorm_parameter& parameter, std::string_view text) {
  return Error::bad_input(fmt::format("parameter '{}' must be an integer between {} and {}, not '{}'", parameter.name,
                                      parameter.minimum, parameter.maximum, text));
}

}  // namespace

Result<Parameters> Parameters::resolve(const heapstorm_variant& variant, const std::vector<std::string>& settings) {
  Parameters resolved;
  for (const heapstorm_parameter& parameter : parameters_of(variant)) {
    resolved.values_[parameter.name] = parameter.default_value;
  }
  for (const std::string_view setting : settings) {
    const std::size_t equals = setting.find('=');
    const std::string_view name = setting.substr(0, equals);
    const std::string_view text = equals == std::string_view::npos ? "" : setting.substr(equals + 1);
    const heapstorm_parameter* const parameter = find_parameter(variant, name);
    if (parameter == nullptr) return unknown_parameter(variant, name);
    const auto number = whole_number(text);
    if (!number || *number < parameter->minimum || *number > parameter->maximum) return out_of_range(*parameter, text);
    resolved.values_[parameter->name] = *number;
  }
  return resolved;
}

std::int64_t Parameters::value(std::string_view name) const {
  const auto found = values_.find(name);
  if (found != values_.end()) return found->second;
  fmt::print(stderr, "target_host: the plugin asks for the parameter '{}', which its variant does not declare\n", name);
  std::abort();
}

}  // namespace heapstorm::host
