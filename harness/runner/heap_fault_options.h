// What target_host is told of the plan's faults in the heap: they happen in its process, drawn from the seed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/scenario/scenario.h"

namespace heapstorm {

// Words for its command line; none for a fault that never happens.
std::vector<std::string> heap_fault_options(const std::vector<Fault>& faults, std::uint64_t seed);

}  // namespace heapstorm
