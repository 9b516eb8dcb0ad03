// What a run reached: steer by this rather than by connections per second.
#pragma once

#include "harness/findings/black_box_reader.h"
#include "harness/runner/run_result.h"

namespace heapstorm {

// Workers are the threads that target_host names "worker-N".
Coverage measure_coverage(const BlackBoxReader& box, std::uint32_t workers);

}  // namespace heapstorm
