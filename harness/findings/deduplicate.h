// One Finding per defect, however often it was seen, and by however many detectors.
#pragma once

#include <vector>

#include "harness/findings/finding.h"

namespace heapstorm {

// Merges findings of the same fingerprint: counts are summed, the earliest is kept in full (an undamaged one before a
// damaged one). What several detectors saw becomes one. Ordered by first seen; equal times keep their
// order.
std::vector<Finding> deduplicate(std::vector<Finding> findings);

// ---- what it is made of

// Whether both tell of the same defect, though their kinds have different names and one may know less than the other:
// the kinds mean the same damage, and of the owner, the first free and the offender, those whose stacks both know are
// the same code. At least one side must be known to both.
bool is_same_defect(const Finding& left, const Finding& right);

// Findings of different sources that are the same defect become one: the owner heap's, which says most, or else the
// first. Its `witnesses` then name them all. Findings of one source stay apart. Keeps the order.
std::vector<Finding> merge_witnesses(std::vector<Finding> findings);

}  // namespace heapstorm
