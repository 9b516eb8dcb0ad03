// The supervisor: one attempt, from starting the target to the verdict. The target may die at any instant; this may
// not.
//
//   RunOptions options{.seed = 7, .directory = directory, .catalogue = catalogue};
//   auto result = run_attempt(scenario, options);
//
// Threads: the storm runs on a thread of its own and the target's output is read on another; both are joined before it
// returns. Call it on a thread that lives until it returns (see Process).
#pragma once

#include "harness/base/result.h"
#include "harness/runner/run_options.h"
#include "harness/runner/run_result.h"
#include "harness/scenario/scenario.h"

namespace heapstorm {

// Runs the scenario and writes everything but run.json into the run directory. The target's death, a hang or silence is
// a result; an error is the environment's (no process, a disk that is full at the start). What is large and finds no
// room later is left out, with a note. No process of the target's group is left.
Result<RunResult> run_attempt(const Scenario& scenario, const RunOptions& options);

}  // namespace heapstorm
