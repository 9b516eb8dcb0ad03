#include "harness/runner/fault_counts.h"

#include <algorithm>
#include <array>
#include <variant>

#include "harness/plan/plan.h"

namespace heapstorm {
namespace {

// How many connections were to be made: of a storm that went on, reached its goal, or that the user broke off, those
// that were begun.
std::uint64_t connections_planned(const Load& load, const RunResult& result) {
  const auto& until = result.storm.until;
  const bool cut = (until && until->reached) || result.end_reason == EndReason::interrupted;
  const std::uint64_t begun = result.storm.attempted;
  return result.storm.rounds > 1 || (cut && begun < load.connections) ? begun : load.connections;
}

// What comes by wall time is planned for as long as the storm lasts; of what comes between opens the plan has the
// number.
template <typename PeriodicFault>
std::uint64_t planned_times(const Scenario& scenario, const PeriodicFault& fault, const RunResult& result) {
  const std::uint64_t connections = connections_planned(scenario.load, result);
  if (fault.every_opens && *fault.every_opens != 0 && connections > 0) return (connections - 1) / *fault.every_opens;
  if (fault.every_ms && *fault.every_ms != 0) return result.storm.duration_ms / *fault.every_ms;
  return 0;
}

std::uint64_t at_most(std::optional<std::uint32_t> times, std::uint64_t planned) {
  return times ? std::min<std::uint64_t>(*times, planned) : planned;
}

// One function for each kind: it adds to the count of its name. What does not happen by the scenario has none.
struct Counter {
  const Scenario& scenario;
  const FaultWitnesses& seen;
  const RunResult& result;
  std::map<std::string, FaultCount>& counts;

  void operator()(const ClockTick& tick) const {
    FaultCount& count = counts["clock_tick"];
    count.planned += planned_times(scenario, tick, result);
    count.injected = result.storm.clock_ticks;
    count.observed = seen_by_target(&heapstorm_box_control::clock_ticks_seen);
  }
  void operator()(const ClockJump& jump) const {
    if (jump.times == 0u) return;
    FaultCount& count = counts["clock_jump"];
    count.planned += at_most(jump.times, planned_times(scenario, jump, result));
    count.injected = result.storm.clock_jumps;
    count.observed = seen_by_target(&heapstorm_box_control::clock_jumps_seen);
  }
  void operator()(const WorkerRestart& restart) const {
    FaultCount& count = counts["worker_restart"];
    count.planned += planned_times(scenario, restart, result);
    count.injected = result.storm.worker_restarts;
    count.observed = seen_by_target(&heapstorm_box_control::worker_restarts);
  }
  // Of a signal that the target survived, nothing can be seen from outside but that it stopped or went on.
  void operator()(const SignalFault& signal) const {
    FaultCount& count = counts[signal.name];
    ++count.planned;
    count.injected = seen.signals.times_sent(signal.number);
    count.observed = seen.signals.times_seen(signal.number);
    if (result.exit.signal == signal.number && count.injected > 0) count.observed = 1;
  }
  // Of what the target's heap draws as it goes, as much is planned as is drawn.
  void operator()(const AllocationFailure& failure) const {
    if (failure.nth == 0 && failure.one_in == 0) return;
    const std::uint64_t injected = drawn(&heapstorm_box_control::allocation_failures);
    counts["allocation_failure"] = {failure.nth > 0 ? 1 : injected, injected,
                                    drawn(&heapstorm_box_control::allocation_failures_survived)};
  }
  void operator()(const HeapDelay& delay) const {
    if (delay.one_in == 0) return;
    const std::uint64_t injected = drawn(&heapstorm_box_control::heap_delays);
    counts["heap_delay"] = {injected, injected, {}};
  }
  void operator()(const HeapYield& yield) const {
    if (yield.one_in == 0) return;
    const std::uint64_t injected = drawn(&heapstorm_box_control::heap_yields);
    counts["heap_yield"] = {injected, injected, {}};
  }
  void operator()(const DescriptorExhaustion& exhaustion) const {
    if (exhaustion.times == 0u) return;
    FaultCount& count = counts["descriptor_exhaustion"];
    count.planned = at_most(exhaustion.times, result.storm.duration_ms / exhaustion.every_ms);
    count.injected = seen.exhaustions.injected();
    // What another program does when it has no descriptor left is not known.
    if (seen.target) count.observed = seen.exhaustions.observed();
  }

 private:
  std::optional<std::uint64_t> seen_by_target(std::uint64_t heapstorm_box_control::* count) const {
    return seen.target ? std::optional(*seen.target.*count) : std::nullopt;
  }
  // In the target's own process: without its counts there were none.
  std::uint64_t drawn(std::uint64_t heapstorm_box_control::* count) const { return seen_by_target(count).value_or(0); }
};

FaultCount count_injections(std::uint64_t planned, const InjectionCount& injections, bool is_answered) {
  FaultCount count{.planned = planned, .injected = injections.injected, .observed = {}};
  if (is_answered) count.observed = 0;
  for (const auto& [answer, times] : injections.answers) {
    count.answers[to_string(answer)] = times;
    if (answer.kind != Answer::Kind::silence) *count.observed += times;
  }
  return count;
}

// Planned is what the plan says, also of connections that were never begun because the target had died.
void count_session_faults(const Plan& plan, const RunResult& result, std::map<std::string, FaultCount>& counts) {
  const StormResult& storm = result.storm;
  std::array<std::uint64_t, close_kind_count> closes{};
  std::array<std::uint64_t, protocol_fault_count> faults{};
  PlannedConnection connection;
  const std::uint32_t last = connections_planned(plan.load(), result);
  for (std::uint32_t number = 1; number <= last; ++number) {
    plan.connection_into(number, connection);
    if (connection.leaves()) ++closes[static_cast<std::size_t>(connection.close)];
    ++faults[static_cast<std::size_t>(connection.fault)];
  }
  for (std::size_t index = 0; index < close_kind_count; ++index) {
    const auto kind = static_cast<CloseKind>(index);
    if (closes[index] == 0) continue;
    counts[to_string(kind)] = count_injections(closes[index], storm.closes[index], rules_of(kind).is_answered);
  }
  for (std::size_t index = 1; index < protocol_fault_count; ++index) {
    if (faults[index] == 0) continue;
    counts[to_string(static_cast<ProtocolFault>(index))] = count_injections(faults[index], storm.faults[index], true);
  }
}

}  // namespace

std::map<std::string, FaultCount> count_faults(const Scenario& scenario, const FaultWitnesses& seen,
                                               const RunResult& result) {
  std::map<std::string, FaultCount> counts;
  count_session_faults(Plan(scenario.load, {}, result.seed), result, counts);
  if (scenario.load.warm_up > 1) {
    FaultCount& count = counts["clock_tick"];
    count.planned = scenario.load.warm_up - 1;
    count.injected = result.storm.clock_ticks;
    if (seen.target) count.observed = seen.target->clock_ticks_seen;
  }
  for (const Fault& fault : scenario.faults) std::visit(Counter{scenario, seen, result, counts}, fault);
  return counts;
}

}  // namespace heapstorm
