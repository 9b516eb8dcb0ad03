#include "harness/runner/faults/fault_counts.h"

#include <algorithm>
#include <array>

#include "harness/faults/fault_table.h"
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

// What is known of all the faults that a report counts under one name.
struct Named {
  const Fault* one = nullptr;  // of them
  std::uint64_t planned = 0, injected = 0, seen_by_injectors = 0;
};

void add(const Fault& fault, const FaultWitnesses::Tally& tally, const StormExtent& storm, const FaultWitnesses& seen,
         std::map<std::string, Named>& named) {
  if (!fault.kind->happens(fault.values)) return;
  Named& all = named[fault.kind->name_in_report(fault.values)];
  all.one = &fault;
  if (fault.kind->traits().site == InjectionSite::in_heap) {
    // In the target's own process: without its counts there were none.
    const std::uint64_t injected = seen.target ? fault.kind->injected_in_heap(*seen.target) : 0;
    all.planned += fault.kind->planned_in_heap(fault.values, injected);
    all.injected += injected;
    return;
  }
  all.planned += fault.kind->planned(fault.values, storm);
  all.injected += tally.injected;
  all.seen_by_injectors += tally.observed;
}

void count_target_faults(const Scenario& scenario, const FaultWitnesses& seen, const RunResult& result,
                         std::map<std::string, FaultCount>& counts) {
  const StormExtent storm{connections_planned(scenario.load, result), result.storm.duration_ms};
  std::map<std::string, Named> named;
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    add(scenario.faults[i], i < seen.by_fault.size() ? seen.by_fault[i] : FaultWitnesses::Tally{}, storm, seen, named);
  }
  for (const auto& [name, all] : named) {
    FaultCount& count = counts[name];
    count.planned += all.planned;
    count.injected += all.injected;
    count.observed = all.one->kind->observed(
        all.one->values,
        {seen.target ? &*seen.target : nullptr, result.exit.signal, all.injected, all.seen_by_injectors});
  }
}

// A second for each connection but the first.
void count_warm_up(const Scenario& scenario, const FaultWitnesses& seen, std::map<std::string, FaultCount>& counts) {
  if (scenario.load.warm_up <= 1) return;
  std::uint64_t of_faults = 0;
  for (std::size_t i = 0; i < scenario.faults.size() && i < seen.by_fault.size(); ++i) {
    if (scenario.faults[i].kind == &faults::clock_tick()) of_faults += seen.by_fault[i].injected;
  }
  FaultCount& count = counts["clock_tick"];
  count.planned = scenario.load.warm_up - 1;
  count.injected = seen.clock_ticks - std::min(of_faults, seen.clock_ticks);
  if (seen.target) count.observed = seen.target->clock_ticks_seen;
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
  count_warm_up(scenario, seen, counts);
  count_target_faults(scenario, seen, result, counts);
  return counts;
}

}  // namespace heapstorm
