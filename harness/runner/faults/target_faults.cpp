#include "harness/runner/faults/target_faults.h"

#include <algorithm>
#include <utility>

#include "harness/faults/fault_table.h"
#include "harness/process/process_tree.h"

namespace heapstorm {
namespace {

// By an order a worker is told something, and which one the parameter `worker` says. Without orders target_host has no
// pipe: one descriptor more would give connections to other workers.
bool gives_orders(const Scenario& scenario) {
  return std::any_of(scenario.faults.begin(), scenario.faults.end(), [](const Fault& fault) {
    const auto& parameters = fault.kind->traits().parameters;
    return std::any_of(parameters.begin(), parameters.end(), [](const Parameter& one) { return one.name == "worker"; });
  });
}

}  // namespace

RunningTarget::RunningTarget(const Scenario& scenario, BlackBoxFile& box, WorkerOrders orders)
    : box_(box),
      orders_(std::move(orders)),
      workers_(scenario.target.workers),
      goes_step_by_step_(scenario.load.arrival == Arrival::stepwise) {}

void RunningTarget::advance_clock(std::uint32_t seconds) {
  box_.advance_clock(seconds);
  ++clock_ticks_;
}

void RunningTarget::await_orders(std::uint32_t kind) {
  if (goes_step_by_step_) orders_.await(kind, stop_);
}

bool RunningTarget::is_stopped() const {
  return heapstorm::is_stopped(process_->pid());
}

Result<std::unique_ptr<TargetFaults>> TargetFaults::create(const Scenario& scenario, BlackBoxFile& box) {
  auto orders = WorkerOrders::create(gives_orders(scenario), box);
  if (!orders) return orders.error();
  return std::unique_ptr<TargetFaults>(new TargetFaults(scenario, box, std::move(orders.value())));
}

TargetFaults::TargetFaults(const Scenario& scenario, BlackBoxFile& box, WorkerOrders orders)
    : scenario_(scenario),
      box_(box),
      target_(scenario, box, std::move(orders)),
      in_storm_(scenario.faults, InjectionSite::in_storm, target_),
      beside_(scenario.faults, InjectionSite::beside, target_) {}

bool TargetFaults::has_sent(int signal_number) const {
  return std::any_of(scenario_.faults.begin(), scenario_.faults.end(), [&](const Fault& fault) {
    return fault.kind->signal_number(fault.values) == signal_number && beside_.injected(fault) > 0;
  });
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
    const int number = fault.kind->signal_number(fault.values);
    if (number != 0 && beside_.injected(fault) > 0) seen.signals_sent.insert(number);
  }
  seen.clock_ticks = target_.clock_ticks();
  return seen;
}

}  // namespace heapstorm
