// A Comparison for a person.
#pragma once

#include <string>

#include "reports/compare/comparison.h"

namespace heapstorm {

// Several lines with a newline at the end: first what is different in the environment, then findings, then load
// figures. Control characters that a target printed are escaped.
std::string to_text(const Comparison& comparison);
// Its parts: the lines of one scenario, and of one finding.
std::string to_text(const ScenarioComparison& scenario);
std::string to_text(const FindingChange& finding);

}  // namespace heapstorm
