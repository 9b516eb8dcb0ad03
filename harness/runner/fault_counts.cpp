#include "harness/runner/fault_counts.h"

namespace heapstorm {
namespace {

// A tick by wall time is planned for as long as the storm lasts; of ticks between opens the plan has the number.
std::uint64_t planned_ticks(const Scenario& scenario, const ClockTick& tick, const StormResult& storm) {
  if (tick.every_opens && *tick.every_opens != 0) return (scenario.load.connections - 1) / *tick.every_opens;
  if (tick.every_ms && *tick.every_ms != 0) return storm.duration_ms / *tick.every_ms;
  return 0;
}

FaultCount count_signal(const SignalFault& fault, const SignalFaults& signals, const TargetExit& exit) {
  FaultCount count{.planned = 1, .injected = signals.sent(fault.number) ? 1u : 0u, .observed = {}};
  // Of a signal that the target survived nothing can be seen from outside.
  if (exit.signal == fault.number) count.observed = 1;
  return count;
}

}  // namespace

std::map<std::string, FaultCount> count_faults(const Scenario& scenario, const SignalFaults& signals,
                                               const RunResult& result) {
  std::map<std::string, FaultCount> counts;
  for (std::size_t kind = 0; kind < close_kind_count; ++kind) {
    const CloseCount& close = result.storm.closes[kind];
    if (close.planned == 0 && close.injected == 0) continue;
    counts[to_string(static_cast<CloseKind>(kind))] = {close.planned, close.injected, {}};
  }
  if (scenario.load.warm_up > 1) counts["clock_tick"] = {scenario.load.warm_up - 1, result.storm.clock_ticks, {}};
  for (const Fault& fault : scenario.faults) {
    if (const auto* tick = std::get_if<ClockTick>(&fault)) {
      FaultCount& count = counts["clock_tick"];
      count.planned += planned_ticks(scenario, *tick, result.storm);
      count.injected = result.storm.clock_ticks;
    } else if (const auto* signal = std::get_if<SignalFault>(&fault)) {
      counts[signal->name] = count_signal(*signal, signals, result.exit);
    }
  }
  return counts;
}

}  // namespace heapstorm
