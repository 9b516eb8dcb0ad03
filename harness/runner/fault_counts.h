// How often each fault of the plan was meant to happen, did, and was seen to.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "harness/abi/black_box.h"
#include "harness/runner/descriptor_exhaustions.h"
#include "harness/runner/run_result.h"
#include "harness/runner/signal_faults.h"
#include "harness/scenario/scenario.h"

namespace heapstorm {

// What was seen of the faults besides the storm.
struct FaultWitnesses {
  const SignalFaults& signals;
  const DescriptorExhaustions& exhaustions;
  std::optional<heapstorm_box_control> target;  // its own counts; nothing: it keeps none
};

// Every kind that the scenario has, by name. Uses `result.storm` and `result.exit`.
std::map<std::string, FaultCount> count_faults(const Scenario& scenario, const FaultWitnesses& seen,
                                               const RunResult& result);

}  // namespace heapstorm
