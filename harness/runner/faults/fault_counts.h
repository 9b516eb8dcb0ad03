// How often each fault of the plan was meant to happen, did, and was seen to.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/abi/black_box.h"
#include "harness/runner/run_result.h"
#include "harness/scenario/scenario.h"

namespace heapstorm {

// What was seen of the faults of the target.
struct FaultWitnesses {
  struct Tally {
    std::uint64_t injected = 0;
    std::uint64_t observed = 0;  // by the injector
  };
  std::vector<Tally> by_fault;                  // in the scenario's order
  std::uint64_t clock_ticks = 0;                // in all, those of a warm-up as well
  std::set<int> signals_sent;                   // by number
  std::optional<heapstorm_box_control> target;  // its own counts; nothing: it keeps none
};

// Every kind that the scenario has, by name. Uses `result.storm` and `result.exit`.
std::map<std::string, FaultCount> count_faults(const Scenario& scenario, const FaultWitnesses& seen,
                                               const RunResult& result);

}  // namespace heapstorm
