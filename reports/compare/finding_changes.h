// The findings of two sets of runs, matched by fingerprint. Internal to reports/compare.
#pragma once

#include <vector>

#include "reports/compare/comparison.h"

namespace heapstorm {

std::vector<FindingChange> finding_changes(const std::vector<const RunResult*>& base,
                                           const std::vector<const RunResult*>& current);

}  // namespace heapstorm
