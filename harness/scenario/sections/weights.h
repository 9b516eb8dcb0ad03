// Reads kinds with their weights: {"rst": 6, "silent": {"weight": 1, "for_ms": "100..500"}}. Internal to
// harness/scenario.
#pragma once

#include <span>

#include "harness/scenario/reading/reader.h"
#include "harness/scenario/scenario.h"

namespace heapstorm::scenario {

// One weight and the range of one kind's number.
struct WeightedKind {
  const FaultRules& rules;
  std::uint32_t& weight;
  Range& amount;
};

// `none_mistake`: what to say when every weight is 0.
void read_kinds(const Node& node, std::span<const WeightedKind> kinds, const char* none_mistake);
void check_kind_fits(const Node& node, const FaultRules& rules, std::uint32_t weight, Protocol protocol);

template <std::size_t count>
void read_weights(const Node& node, const std::array<FaultRules, count>& rules, const char* none_mistake,
                  WeightedFaults<count>& faults) {
  std::vector<WeightedKind> kinds;
  for (std::size_t kind = 0; kind < count; ++kind) {
    kinds.push_back({rules[kind], faults.weights[kind], faults.amounts[kind]});
  }
  read_kinds(node, kinds, none_mistake);
}

// Every kind that may happen exists in `protocol`.
template <std::size_t count>
void check_kinds_fit(const Node& node, const std::array<FaultRules, count>& rules, const WeightedFaults<count>& faults,
                     Protocol protocol) {
  for (std::size_t kind = 0; kind < count; ++kind) check_kind_fits(node, rules[kind], faults.weights[kind], protocol);
}

}  // namespace heapstorm::scenario
