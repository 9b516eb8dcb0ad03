#include <fmt/core.h>

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

// What a fault has to fit.
struct Surroundings {
  std::optional<Arrival> arrival;
  const TargetSpec& target;
};

// `every_ms` or `every_opens`.
template <typename PeriodicFault>
void read_period(const ObjectReader& object, std::optional<Arrival> arrival, PeriodicFault& fault) {
  require_one_of_two(object, "every_ms", "every_opens");
  object.read_integer("every_ms", period_bounds, fault.every_ms);
  object.read_integer("every_opens", count_bounds, fault.every_opens);
  if (fault.every_opens && arrival && arrival != Arrival::stepwise) {
    object.node().member_error("every_opens", "needs arrival \"stepwise\": otherwise opens have no order");
  }
}

Fault read_clock_tick(const Node& node, const Surroundings& surroundings) {
  const ObjectReader object(node, {"every_ms", "every_opens", "step_s"});
  ClockTick tick;
  read_period(object, surroundings.arrival, tick);
  object.read_integer("step_s", {1, 31536000}, tick.step_s);
  return tick;
}

Fault read_worker_restart(const Node& node, const Surroundings& surroundings) {
  const ObjectReader object(node, {"every_ms", "every_opens", "worker"});
  WorkerRestart restart;
  read_period(object, surroundings.arrival, restart);
  object.read_integer("worker", {0, 255}, restart.worker);
  const TargetSpec& target = surroundings.target;
  if (target.command) {
    node.error("needs a plugin as target: of a command's threads nothing is known");
  } else if (restart.worker && *restart.worker >= target.workers) {
    node.member_error(
        "worker", fmt::format("must be less than the target's workers ({}), not {}", target.workers, *restart.worker));
  }
  return restart;
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

Fault read_signal(const Node& node, const Surroundings&) {
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
  Fault (*read)(const Node& content, const Surroundings& surroundings);
};
// A new fault is one more line here, and one more definition in scenario.schema.json.
constexpr std::array<FaultKind, 3> fault_kinds{
    {{"clock_tick", read_clock_tick}, {"signal", read_signal}, {"worker_restart", read_worker_restart}}};

}  // namespace

void read_faults(const Node& node, std::optional<Arrival> arrival, const TargetSpec& target,
                 std::vector<Fault>& faults) {
  const auto elements = node.elements();
  if (!elements) return;
  std::vector<std::string_view> names;
  for (const FaultKind& kind : fault_kinds) names.push_back(kind.name);
  for (const Node& element : *elements) {
    const auto choice = read_choice(element, names);
    if (choice) faults.push_back(fault_kinds[choice->index].read(choice->content, {arrival, target}));
  }
}

}  // namespace heapstorm::scenario
