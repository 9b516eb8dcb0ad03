// How often each fault of the plan was meant to happen, did, and was seen to.
#pragma once

#include <map>
#include <string>

#include "harness/runner/run_result.h"
#include "harness/runner/signal_faults.h"
#include "harness/scenario/scenario.h"

namespace heapstorm {

// Close kinds, protocol faults, clock ticks, restarts and signals by name. `restarts_completed` is the target's own
// count. Uses `result.storm` and `result.exit`.
std::map<std::string, FaultCount> count_faults(const Scenario& scenario, const SignalFaults& signals,
                                               std::uint64_t restarts_completed, const RunResult& result);

}  // namespace heapstorm
