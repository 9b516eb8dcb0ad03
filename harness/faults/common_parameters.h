// Parameters and rules that several kinds share.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "harness/faults/fault_kind.h"

namespace heapstorm::faults {

// What falls due again and again: by wall time, or (stepwise) by opens. A scenario gives one of the two.
inline constexpr Parameter every_ms{.name = "every_ms", .unit = "milliseconds", .min = 1, .max = 3600000};
inline constexpr Parameter every_opens{.name = "every_opens", .unit = "opens", .min = 1, .max = 1000000};
inline constexpr std::pair<std::string_view, std::string_view> one_period{"every_ms", "every_opens"};
inline constexpr Parameter times{.name = "times", .unit = "at most", .min = 0, .max = 1000000};

// Of heap operations. 0: never. The heap draws among 65,536.
inline constexpr std::uint32_t probability_one = 65536;
inline constexpr Parameter one_in{.name = "one_in", .unit = "operations", .min = 0, .max = probability_one};
constexpr Parameter required(Parameter parameter) {
  parameter.is_required = true;
  return parameter;
}
inline double share_of(const Values& values) {
  const std::uint32_t so_many = values.number_or("one_in", 0);
  return so_many == 0 ? 0 : 1.0 / so_many;
}
// Once in so many, > 0, as the heap counts it.
inline std::string probability(std::uint32_t one_in_so_many) {
  return std::to_string(probability_one / one_in_so_many);
}

// Nothing: all in turn.
inline constexpr Parameter worker{.name = "worker", .unit = "index", .min = 0, .max = 255};
inline std::optional<FaultMistake> no_such_worker(const Values& values, std::uint32_t workers) {
  const auto index = values.number("worker");
  if (!index || *index < workers) return std::nullopt;
  return FaultMistake{"worker", "must be less than the target's workers (" + std::to_string(workers) + "), not " +
                                    std::to_string(*index)};
}

}  // namespace heapstorm::faults
