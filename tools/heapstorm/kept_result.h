// run.json of a run that has ended, on a disk that may be full.
#pragma once

#include "harness/base/result.h"
#include "harness/runner/run_result.h"

namespace heapstorm::cli {

// Writes run.json into the run's directory. Where there is no room, what is large makes room for what was found: first
// the black box, then the plan, then the outer frames of stacks; each leaves a note in the result.
Status keep_result(RunResult& result);

}  // namespace heapstorm::cli
