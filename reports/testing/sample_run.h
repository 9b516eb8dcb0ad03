// The results that reporters are tested with.
#pragma once

#include <string>

#include "harness/runner/run_result.h"

namespace heapstorm {

// The date cache caught: one finding with both sides.
RunResult sample_caught();
// A target that died, with hostile strings in every place that a target can write.
RunResult sample_hostile();
// The same with `text` in every string of the document that a target, a scenario or a path can make.
RunResult sample_filled_with(const std::string& text);
// A fix that is clean.
RunResult sample_clean();

}  // namespace heapstorm
