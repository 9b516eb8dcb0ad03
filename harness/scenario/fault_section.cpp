#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "harness/scenario/sections.h"
#include "harness/scenario/string_rules.h"

namespace heapstorm::scenario {

namespace {

constexpr Bounds period_bounds{1, 3600000};
constexpr Bounds count_bounds{1, 1000000};
constexpr Bounds times_bounds{0, 1000000};
// 0: never. The heap draws among 65,536.
constexpr Bounds one_in_bounds{0, 65536};

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

// Seconds in `key`, with this sign.
void read_jump(const ObjectReader& object, const char* key, std::int64_t sign, ClockJump& jump) {
  std::uint32_t seconds = 0;
  if (object.read_integer(key, {1, 31536000}, seconds)) jump.step_s = sign * seconds;
}

Fault read_clock_jump(const Node& node, const Surroundings& surroundings) {
  const ObjectReader object(node, {"every_ms", "every_opens", "forward_s", "back_s", "times"});
  ClockJump jump;
  read_period(object, surroundings.arrival, jump);
  require_one_of_two(object, "forward_s", "back_s");
  read_jump(object, "forward_s", 1, jump);
  read_jump(object, "back_s", -1, jump);
  object.read_integer("times", times_bounds, jump.times);
  return jump;
}

Fault read_allocation_failure(const Node& node, const Surroundings&) {
  const ObjectReader object(node, {"nth", "one_in", "tag"});
  AllocationFailure failure;
  require_one_of_two(object, "nth", "one_in");
  object.read_integer("nth", {0, 1000000000}, failure.nth);
  object.read_integer("one_in", one_in_bounds, failure.one_in);
  object.read_string("tag", block_tag, failure.tag);
  return failure;
}

Fault read_heap_delay(const Node& node, const Surroundings&) {
  const ObjectReader object(node, {"one_in", "up_to_us"});
  HeapDelay delay;
  object.require("one_in");
  object.read_integer("one_in", one_in_bounds, delay.one_in);
  object.read_integer("up_to_us", {1, 1000000}, delay.up_to_us);
  return delay;
}

Fault read_heap_yield(const Node& node, const Surroundings&) {
  const ObjectReader object(node, {"one_in"});
  HeapYield yield;
  object.require("one_in");
  object.read_integer("one_in", one_in_bounds, yield.one_in);
  return yield;
}

Fault read_descriptor_exhaustion(const Node& node, const Surroundings&) {
  const ObjectReader object(node, {"every_ms", "for_ms", "times"});
  DescriptorExhaustion exhaustion;
  object.require("every_ms");
  object.read_integer("every_ms", {2, 3600000}, exhaustion.every_ms);
  exhaustion.for_ms = std::max(1u, exhaustion.every_ms / 10);
  object.read_integer("for_ms", {1, 3600000}, exhaustion.for_ms);
  object.read_integer("times", times_bounds, exhaustion.times);
  if (exhaustion.for_ms >= exhaustion.every_ms) {
    node.member_error("for_ms",
                      fmt::format("must be less than every_ms ({}), not {}", exhaustion.every_ms, exhaustion.for_ms));
  }
  return exhaustion;
}

struct FaultKind {
  std::string_view name;
  Fault (*read)(const Node& content, const Surroundings& surroundings);
};
// A new fault is one more line here, and one more definition in scenario.schema.json.
constexpr std::array<FaultKind, 8> fault_kinds{{{"clock_tick", read_clock_tick},
                                                {"signal", read_signal},
                                                {"worker_restart", read_worker_restart},
                                                {"clock_jump", read_clock_jump},
                                                {"allocation_failure", read_allocation_failure},
                                                {"heap_delay", read_heap_delay},
                                                {"heap_yield", read_heap_yield},
                                                {"descriptor_exhaustion", read_descriptor_exhaustion}}};

// The heap has one setting of each.
template <typename HeapFault>
void check_only_one(const Node& element, const std::vector<Fault>& faults) {
  const auto is_one = [](const Fault& fault) { return std::holds_alternative<HeapFault>(fault); };
  if (!is_one(faults.back())) return;
  if (std::count_if(faults.begin(), faults.end(), is_one) > 1) element.error("may be there only once");
}

// Delays and yields are told apart by one draw, so together they are not more than all operations.
void check_shares(const Node& element, const std::vector<Fault>& faults) {
  double share = 0;
  for (const Fault& fault : faults) {
    std::uint32_t one_in = 0;
    if (const auto* delay = std::get_if<HeapDelay>(&fault)) one_in = delay->one_in;
    if (const auto* yield = std::get_if<HeapYield>(&fault)) one_in = yield->one_in;
    if (one_in > 0) share += 1.0 / one_in;
  }
  const Fault& last = faults.back();
  const bool concerned = std::holds_alternative<HeapDelay>(last) || std::holds_alternative<HeapYield>(last);
  if (concerned && share > 1.0) element.error("heap_delay and heap_yield together are more than all operations");
}

void check_together(const Node& element, const std::vector<Fault>& faults) {
  check_only_one<AllocationFailure>(element, faults);
  check_only_one<HeapDelay>(element, faults);
  check_only_one<HeapYield>(element, faults);
  check_only_one<DescriptorExhaustion>(element, faults);
  check_shares(element, faults);
}

}  // namespace

void read_faults(const Node& node, std::optional<Arrival> arrival, const TargetSpec& target,
                 std::vector<Fault>& faults) {
  const auto elements = node.elements();
  if (!elements) return;
  std::vector<std::string_view> names;
  for (const FaultKind& kind : fault_kinds) names.push_back(kind.name);
  for (const Node& element : *elements) {
    const auto choice = read_choice(element, names);
    if (!choice) continue;
    faults.push_back(fault_kinds[choice->index].read(choice->content, {arrival, target}));
    check_together(element, faults);
  }
}

}  // namespace heapstorm::scenario
