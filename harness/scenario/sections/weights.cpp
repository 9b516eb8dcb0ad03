#include "harness/scenario/sections/weights.h"

#include "harness/scenario/reading/range_reader.h"

namespace heapstorm::scenario {

namespace {

constexpr Bounds weight_bounds{0, 1000000};

// Returns false if there is a weight and it is wrong.
bool read_weight(const Node& node, std::uint32_t& weight) {
  const auto read = node.integer(weight_bounds);
  if (read) weight = *read;
  return read.has_value();
}

bool read_kind(const Node& node, const WeightedKind& kind) {
  const Amount& amount = kind.rules.amount;
  if (amount.name == nullptr || !node.value().is_object()) return read_weight(node, kind.weight);
  const ObjectReader object(node, {"weight", amount.name});
  if (const auto range = object.find(amount.name)) {
    read_range(*range, {amount.bounds.low, amount.bounds.high}, kind.amount);
  }
  const auto weight = object.require("weight");
  return weight && read_weight(*weight, kind.weight);
}

const char* protocols_text(Protocols protocols) {
  return protocols.http ? "\"http\" or \"websocket\"" : "\"websocket\"";
}

bool allows(Protocols protocols, Protocol protocol) {
  switch (protocol) {
    case Protocol::tcp:
      return protocols.tcp;
    case Protocol::http:
      return protocols.http;
    case Protocol::websocket:
      return protocols.websocket;
  }
  return false;
}

}  // namespace

void read_kinds(const Node& node, std::span<const WeightedKind> kinds, const char* none_mistake) {
  std::vector<std::string_view> names;
  for (const WeightedKind& kind : kinds) names.emplace_back(kind.rules.name);
  const ObjectReader object(node, names);
  bool some_weight = !object.is_object();  // then that is the mistake
  for (const WeightedKind& kind : kinds) {
    const auto value = object.find(kind.rules.name);
    if (!value) continue;
    const bool valid = read_kind(*value, kind);
    some_weight |= !valid || kind.weight > 0;
  }
  if (!some_weight) node.error(none_mistake);
}

void check_kind_fits(const Node& node, const FaultRules& rules, std::uint32_t weight, Protocol protocol) {
  if (weight == 0 || allows(rules.protocols, protocol)) return;
  node.member_error(rules.name, std::string("needs protocol ") + protocols_text(rules.protocols));
}

}  // namespace heapstorm::scenario
