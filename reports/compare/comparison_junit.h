// A Comparison as CI systems read the results of tests.
#pragma once

#include <string>

#include "reports/compare/comparison.h"

namespace heapstorm {

// One suite for each scenario and flavour. Its first case is the comparison itself: skipped where a side has no run
// that could be judged. Then one case for each finding of either side, failed if it is a regression. A scenario that
// only one side has is a suite with one skipped case. What is different in the environment stands in the suite's
// properties.
std::string to_comparison_junit_xml(const Comparison& comparison);

}  // namespace heapstorm
