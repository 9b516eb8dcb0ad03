#include "harness/runner/fault_counts.h"

#include <array>

#include "harness/plan/plan.h"
#include "harness/storm/faults/fault_catalogue.h"

namespace heapstorm {
namespace {

// What comes by wall time is planned for as long as the storm lasts; of what comes between opens the plan has the
// number.
template <typename PeriodicFault>
std::uint64_t planned_times(const Scenario& scenario, const PeriodicFault& fault, const StormResult& storm) {
  if (fault.every_opens && *fault.every_opens != 0) return (scenario.load.connections - 1) / *fault.every_opens;
  if (fault.every_ms && *fault.every_ms != 0) return storm.duration_ms / *fault.every_ms;
  return 0;
}

FaultCount count_signal(const SignalFault& fault, const SignalFaults& signals, const TargetExit& exit) {
  FaultCount count{.planned = 1, .injected = signals.sent(fault.number) ? 1u : 0u, .observed = {}};
  // Of a signal that the target survived nothing can be seen from outside.
  if (exit.signal == fault.number) count.observed = 1;
  return count;
}

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
void count_session_faults(const Plan& plan, const StormResult& storm, std::map<std::string, FaultCount>& counts) {
  std::array<std::uint64_t, close_kind_count> closes{};
  std::array<std::uint64_t, protocol_fault_count> faults{};
  PlannedConnection connection;
  for (std::uint32_t number = 1; number <= plan.connection_count(); ++number) {
    plan.connection_into(number, connection);
    if (connection.leaves()) ++closes[static_cast<std::size_t>(connection.close)];
    ++faults[static_cast<std::size_t>(connection.fault)];
  }
  for (std::size_t index = 0; index < close_kind_count; ++index) {
    const auto kind = static_cast<CloseKind>(index);
    if (closes[index] == 0) continue;
    counts[to_string(kind)] = count_injections(closes[index], storm.closes[index], is_answered(kind));
  }
  for (std::size_t index = 1; index < protocol_fault_count; ++index) {
    if (faults[index] == 0) continue;
    counts[to_string(static_cast<ProtocolFault>(index))] = count_injections(faults[index], storm.faults[index], true);
  }
}

}  // namespace

std::map<std::string, FaultCount> count_faults(const Scenario& scenario, const SignalFaults& signals,
                                               std::uint64_t restarts_completed, const RunResult& result) {
  std::map<std::string, FaultCount> counts;
  count_session_faults(Plan(scenario.load, {}, result.seed), result.storm, counts);
  if (scenario.load.warm_up > 1) counts["clock_tick"] = {scenario.load.warm_up - 1, result.storm.clock_ticks, {}};
  for (const Fault& fault : scenario.faults) {
    if (const auto* tick = std::get_if<ClockTick>(&fault)) {
      FaultCount& count = counts["clock_tick"];
      count.planned += planned_times(scenario, *tick, result.storm);
      count.injected = result.storm.clock_ticks;
    } else if (const auto* restart = std::get_if<WorkerRestart>(&fault)) {
      FaultCount& count = counts["worker_restart"];
      count.planned += planned_times(scenario, *restart, result.storm);
      count.injected = result.storm.worker_restarts;
      count.observed = restarts_completed;
    } else if (const auto* signal = std::get_if<SignalFault>(&fault)) {
      counts[signal->name] = count_signal(*signal, signals, result.exit);
    }
  }
  return counts;
}

}  // namespace heapstorm
