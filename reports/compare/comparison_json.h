// A Comparison as JSON.
#pragma once

#include <string>

#include "reports/compare/comparison.h"

namespace heapstorm {

// One object of schema "heapstorm.comparison/1", indented, with a newline at its end. The same comparison gives the
// same bytes.
std::string to_comparison_json(const Comparison& comparison);

}  // namespace heapstorm
