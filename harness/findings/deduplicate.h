// One Finding per defect.
#pragma once

#include <vector>

#include "harness/findings/finding.h"

namespace heapstorm {

// Merges findings of the same fingerprint: counts are summed, the earliest is kept in full (an undamaged one before a
// damaged one). What several detectors saw becomes one, see witnesses.h. Ordered by first seen; equal times keep their
// order.
std::vector<Finding> deduplicate(std::vector<Finding> findings);

}  // namespace heapstorm
