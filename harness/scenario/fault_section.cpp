#include <array>
#include <csignal>

#include "harness/scenario/sections.h"

namespace heapstorm::scenario {

namespace {

constexpr Bounds period_bounds{1, 3600000};
constexpr Bounds count_bounds{1, 1000000};

// Of two keys that exclude each other. True if there is exactly one.
bool require_one_of_two(const ObjectReader& object, const std::string& left, const std::string& right) {
  if (!object.is_object()) return false;
  if (object.has(left) != object.has(right)) return true;
  object.node().error("must have exactly one of the keys \"" + left + "\", \"" + right + "\"");
  return false;
}

Fault read_clock_tick(const Node& node, std::optional<Arrival> arrival) {
  const ObjectReader object(node, {"every_ms", "every_opens", "step_s"});
  ClockTick tick;
  require_one_of_two(object, "every_ms", "every_opens");
  object.read_integer("every_ms", period_bounds, tick.every_ms);
  object.read_integer("every_opens", count_bounds, tick.every_opens);
  object.read_integer("step_s", {1, 31536000}, tick.step_s);
  if (tick.every_opens && arrival == Arrival::closed) {
    node.member_error("every_opens", "needs arrival \"stepwise\": otherwise opens have no order");
  }
  return tick;
}

struct Signal {
  std::string_view name;
  int number;
};
// Those that end, stop or continue a process; others would need a handler in the target.
constexpr std::array<Signal, 14> signals{{{"SIGKILL", SIGKILL},
                                          {"SIGTERM", SIGTERM},
                                          {"SIGINT", SIGINT},
                                          {"SIGHUP", SIGHUP},
                                          {"SIGQUIT", SIGQUIT},
                                          {"SIGSEGV", SIGSEGV},
                                          {"SIGBUS", SIGBUS},
                                          {"SIGFPE", SIGFPE},
                                          {"SIGILL", SIGILL},
                                          {"SIGABRT", SIGABRT},
                                          {"SIGUSR1", SIGUSR1},
                                          {"SIGUSR2", SIGUSR2},
                                          {"SIGSTOP", SIGSTOP},
                                          {"SIGCONT", SIGCONT}}};

void read_signal_name(const Node& node, SignalFault& fault) {
  std::vector<std::string_view> names;
  for (const Signal& signal : signals) names.push_back(signal.name);
  const auto index = node.word(names);
  if (!index) return;
  fault.name = signals[*index].name;
  fault.number = signals[*index].number;
}

Fault read_signal(const Node& node, std::optional<Arrival>) {
  const ObjectReader object(node, {"name", "after_findings", "after_ms"});
  SignalFault fault;
  if (const auto name = object.require("name")) read_signal_name(*name, fault);
  require_one_of_two(object, "after_findings", "after_ms");
  object.read_integer("after_findings", count_bounds, fault.after_findings);
  object.read_integer("after_ms", {0, 86400000}, fault.after_ms);
  return fault;
}

struct FaultKind {
  std::string_view name;
  Fault (*read)(const Node& content, std::optional<Arrival> arrival);
};
// A new fault is one more line here, and one more definition in scenario.schema.json.
constexpr std::array<FaultKind, 2> fault_kinds{{{"clock_tick", read_clock_tick}, {"signal", read_signal}}};

}  // namespace

void read_faults(const Node& node, std::optional<Arrival> arrival, std::vector<Fault>& faults) {
  const auto elements = node.elements();
  if (!elements) return;
  std::vector<std::string_view> names;
  for (const FaultKind& kind : fault_kinds) names.push_back(kind.name);
  for (const Node& element : *elements) {
    const auto choice = read_choice(element, names);
    if (choice) faults.push_back(fault_kinds[choice->index].read(choice->content, arrival));
  }
}

}  // namespace heapstorm::scenario
