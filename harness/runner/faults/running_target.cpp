#include "harness/runner/faults/running_target.h"

#include "harness/process/process_tree.h"

namespace heapstorm {

RunningTarget::RunningTarget(const Scenario& scenario, BlackBoxFile& box, OrderPipe orders)
    : box_(box),
      orders_(std::move(orders)),
      workers_(scenario.target.workers),
      goes_step_by_step_(scenario.load.arrival == Arrival::stepwise) {}

void RunningTarget::advance_clock(std::uint32_t seconds) {
  box_.advance_clock(seconds);
  ++clock_ticks_;
}

bool RunningTarget::is_stopped() const {
  return heapstorm::is_stopped(process_->pid());
}

}  // namespace heapstorm
