// Whether a target uses more than its scenario allows.
#pragma once

#include <optional>
#include <string>

#include "harness/process/process_tree.h"
#include "harness/scenario/scenario.h"

namespace heapstorm {

// What of the limits is exceeded, in words; nothing if none is.
std::optional<std::string> exceeded(const Limits& limits, const TreeUsage& usage);

}  // namespace heapstorm
