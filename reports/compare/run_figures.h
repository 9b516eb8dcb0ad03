// Load figures and environment of two sets of runs. Internal to reports/compare.
#pragma once

#include <vector>

#include "reports/compare/comparison.h"

namespace heapstorm {

std::vector<FigureChange> figure_changes(const std::vector<const RunResult*>& base,
                                         const std::vector<const RunResult*>& current);

// What is not the same on both sides.
std::vector<EnvironmentChange> environment_changes(const std::vector<const RunResult*>& base,
                                                   const std::vector<const RunResult*>& current);

}  // namespace heapstorm
