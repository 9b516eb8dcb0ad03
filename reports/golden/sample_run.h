// The results that reporters are tested with.
#pragma once

#include "harness/runner/run_result.h"

namespace heapstorm {

// The date cache caught: one finding with both sides.
RunResult sample_caught();
// A target that died, with hostile strings in every place that a target can write.
RunResult sample_hostile();
// A fix that is clean.
RunResult sample_clean();

}  // namespace heapstorm
