// Whether the load says that the server served: what the clients met against `expect.load`, and against the defaults
// where that says nothing.
#pragma once

#include <vector>

#include "harness/runner/run_result.h"
#include "harness/runner/verdict.h"
#include "harness/scenario/scenario.h"

namespace heapstorm {

// One entry for each bound of `expect.load`, in the scenario's order, and one for each default that applies:
//   - unless a bound is on sessions: at least half of the sessions get through their steps, of those that were not
//     excused and not unfinished. One is enough where the plan itself keeps the target from serving (it restarts
//     workers, sends signals, takes descriptors or memory, or lets its timeouts pass). Where all are unfinished, one of
//     them must have been answered, in full if a new client is not (`partly_answered`: after the storm);
//   - unless a bound is on statuses: of HTTP's answers not all are 4xx or 5xx.
// The defaults do not apply to a target that died, hung, grew too large, refuses connections or was ended by ASan
// (sessions that this cut say nothing further, and there is a finding), to a run that found all that its scenario
// expects (the defect explains them), nor where nothing can be judged. Uses `end_reason`, `storm`, `findings` and the
// expectations about findings, which must be there already.
std::vector<Expectation> judge_load(const Scenario& scenario, const RunResult& result, bool partly_answered = false);

}  // namespace heapstorm
