// load.arrival: "closed", "stepwise", or {"open": {...}} with its timetable.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "harness/scenario/reading/names.h"
#include "harness/scenario/sections/sections.h"
#include "harness/scenario/timetable.h"

namespace heapstorm::scenario {

namespace {

constexpr Bounds rate_bounds{0, 1000000};
constexpr Bounds time_bounds{1, 86400000};
constexpr Bounds burst_bounds{1, 1000000};
constexpr std::size_t max_phases = 1000;

// False if the key is there with a wrong value.
template <typename Number>
bool read_if_there(const ObjectReader& object, const char* key, Bounds bounds, Number& out) {
  return object.read_integer(key, bounds, out) || !object.has(key);
}

bool read_burst(const ObjectReader& object, ArrivalPhase& phase) {
  bool valid = object.read_integer("burst", burst_bounds, phase.burst);
  for (const char* key : {"rate_per_s", "to_per_s", "for_ms"}) {
    if (!object.has(key)) continue;
    object.node().member_error(key, "excludes \"burst\", which takes no time");
    valid = false;
  }
  return valid;
}

// A phase without an end. `last`: nothing comes after it.
bool check_endless(const ObjectReader& object, bool last, const ArrivalPhase& phase) {
  const Node& node = object.node();
  if (object.has("to_per_s")) {
    node.member_error("to_per_s", "needs \"for_ms\": how long the rate takes to get there");
  } else if (!last) {
    node.error("needs \"for_ms\": only the last phase may last until all connections have begun");
  } else if (phase.from_per_s == 0) {
    node.member_error("rate_per_s", "must be above 0 without \"for_ms\", or no connection would ever begin");
  } else {
    return true;
  }
  return false;
}

bool read_rates(const ObjectReader& object, bool last, ArrivalPhase& phase) {
  bool valid = object.require("rate_per_s").has_value();
  valid &= read_if_there(object, "rate_per_s", rate_bounds, phase.from_per_s);
  phase.to_per_s = phase.from_per_s;
  valid &= read_if_there(object, "to_per_s", rate_bounds, phase.to_per_s);
  valid &= read_if_there(object, "for_ms", time_bounds, phase.for_ms);
  return valid && (object.has("for_ms") || check_endless(object, last, phase));
}

void read_phases(const Node& node, std::vector<ArrivalPhase>& phases) {
  const auto elements = node.elements();
  if (!elements) return;
  if (elements->empty() || elements->size() > max_phases) {
    return node.error(fmt::format("must hold 1 to {} phases, not {}", max_phases, elements->size()));
  }
  bool valid = true;
  for (const Node& element : *elements) {
    const ObjectReader object(element, {"rate_per_s", "to_per_s", "for_ms", "burst"});
    const bool last = &element == &elements->back();
    ArrivalPhase& phase = phases.emplace_back();
    valid &= object.is_object() && (object.has("burst") ? read_burst(object, phase) : read_rates(object, last, phase));
  }
  if (!valid) phases.clear();
}

void read_open(const Node& node, std::vector<ArrivalPhase>& phases) {
  if (node.value().is_object() && node.value().contains("phases")) {
    const ObjectReader object(node, {"phases"});
    return read_phases(*object.find("phases"), phases);
  }
  const ObjectReader object(node, {"rate_per_s", "phases"});
  if (!object.is_object()) return;
  ArrivalPhase phase;
  object.require("rate_per_s");
  if (!object.read_integer("rate_per_s", {1, rate_bounds.high}, phase.from_per_s)) return;
  phase.to_per_s = phase.from_per_s;
  phases.push_back(phase);
}

}  // namespace

std::optional<Arrival> read_arrival(const ObjectReader& load_object, Load& load) {
  const auto node = load_object.find("arrival");
  if (!node) return load.arrival;
  if (!node->value().is_object()) {
    constexpr std::array words{arrival_names[0], arrival_names[1]};
    if (!load_object.read_enum("arrival", words, load.arrival)) return std::nullopt;
    return load.arrival;
  }
  const ObjectReader object(*node, {"open"});
  load.arrival = Arrival::open;
  const auto open = object.require("open");
  if (open) read_open(*open, load.phases);
  return load.arrival;
}

void check_timetable(const ObjectReader& load_object, const Load& load) {
  if (load.arrival != Arrival::open || load.phases.empty()) return;
  const std::uint64_t begun = Timetable(load.phases).connection_count();
  const std::uint64_t wanted = load.connections - std::min(load.held, load.connections);
  if (begun >= wanted) return;
  load_object.node().member_error(
      "arrival", fmt::format("its phases begin {} connections, but there are {}{}: give the last one no \"for_ms\"",
                             begun, wanted, load.held > 0 ? " besides those held" : ""));
}

}  // namespace heapstorm::scenario
