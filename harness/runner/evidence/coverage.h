// What a run reached: steer by this rather than by connections per second.
#pragma once

#include "harness/findings/black_box_reader.h"
#include "harness/runner/run_result.h"

namespace heapstorm {

// Workers are the threads that target_host names "worker-N". Of a live target it says what was reached by now; cheap
// enough for some hundred times a second.
Coverage measure_coverage(const BlackBoxReader& box, std::uint32_t workers);

// Whether it has reached all that the goal is about.
bool reaches(Goal goal, const Coverage& coverage);

}  // namespace heapstorm
