// TargetFaults: the faults of an attempt's target, from its command line to what the report says of them. Those of the
// storm happen on the storm's thread, those beside it on the attempt's.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <vector>

#include "harness/base/result.h"
#include "harness/faults/fault_schedule.h"
#include "harness/runner/box/black_box_file.h"
#include "harness/runner/faults/fault_counts.h"
#include "harness/runner/faults/running_target.h"
#include "harness/scenario/scenario.h"

namespace heapstorm {

class TargetFaults {
 public:
  // An error of the environment. Both must outlive it.
  static Result<std::unique_ptr<TargetFaults>> create(const Scenario& scenario, BlackBoxFile& box);

  RunningTarget& target() { return target_; }
  // Those of the storm, for StormOptions.
  FaultSchedule& in_storm() { return in_storm_; }
  // Those beside it: begin() with the storm.
  FaultSchedule& beside() { return beside_; }

  // By number.
  std::set<int> signals_sent() const;
  // Of each kind, by its place in the table, how often it was injected so far. From any thread.
  std::vector<std::uint64_t> injected() const;

  // For the counts of the report, once the attempt is over. Without what the target has counted itself.
  FaultWitnesses witnesses() const;

 private:
  TargetFaults(const Scenario& scenario, BlackBoxFile& box, OrderPipe orders);

  const Scenario& scenario_;
  const BlackBoxFile& box_;
  RunningTarget target_;
  FaultSchedule in_storm_;
  FaultSchedule beside_;
};

}  // namespace heapstorm
