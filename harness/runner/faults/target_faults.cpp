#include "harness/runner/faults/target_faults.h"

#include <algorithm>
#include <utility>

#include "harness/faults/fault_table.h"

namespace heapstorm {
namespace {

// Without orders target_host has no pipe: one descriptor more would give connections to other workers.
bool gives_orders(const Scenario& scenario) {
  return std::any_of(scenario.faults.begin(), scenario.faults.end(),
                     [](const Fault& fault) { return fault.kind->traits().gives_orders; });
}

}  // namespace

Result<std::unique_ptr<TargetFaults>> TargetFaults::create(const Scenario& scenario, BlackBoxFile& box) {
  auto orders = OrderPipe::create(gives_orders(scenario), box);
  if (!orders) return orders.error();
  return std::unique_ptr<TargetFaults>(new TargetFaults(scenario, box, std::move(orders.value())));
}

TargetFaults::TargetFaults(const Scenario& scenario, BlackBoxFile& box, OrderPipe orders)
    : scenario_(scenario),
      box_(box),
      target_(scenario, box, std::move(orders)),
      in_storm_(scenario.faults, InjectionSite::in_storm, target_),
      beside_(scenario.faults, InjectionSite::beside, target_) {}

std::set<int> TargetFaults::signals_sent() const {
  std::set<int> sent;
  for (const Fault& fault : scenario_.faults) {
    const int number = fault.kind->signal_number(fault.values);
    if (number != 0 && beside_.injected(fault) > 0) sent.insert(number);
  }
  return sent;
}

std::vector<std::uint64_t> TargetFaults::injected() const {
  const heapstorm_box_control control = box_.control();
  std::vector<std::uint64_t> counts;
  for (const FaultKind* kind : fault_kinds()) {
    std::uint64_t count = kind->injected_in_heap(control);
    for (const Fault& fault : scenario_.faults) {
      if (fault.kind == kind) count += in_storm_.injected(fault) + beside_.injected(fault);
    }
    counts.push_back(count);
  }
  return counts;
}

FaultWitnesses TargetFaults::witnesses() const {
  FaultWitnesses seen;
  for (const Fault& fault : scenario_.faults) {
    seen.by_fault.push_back(
        {in_storm_.injected(fault) + beside_.injected(fault), in_storm_.observed(fault) + beside_.observed(fault)});
  }
  seen.signals_sent = signals_sent();
  seen.clock_ticks = target_.clock_ticks();
  return seen;
}

}  // namespace heapstorm
