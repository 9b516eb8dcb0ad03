// Reads a Range: an integer, or a string like "1..20". Internal to harness/scenario.
#pragma once

#include "harness/scenario/range.h"
#include "harness/scenario/reading/reader.h"

namespace heapstorm::scenario {

// Leaves `range` alone where the value is neither.
void read_range(const Node& node, Bounds bounds, Range& range);

}  // namespace heapstorm::scenario
