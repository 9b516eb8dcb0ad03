// The table of the formats that a comparison is written in. `compare --report`, its help, and completion in the shell
// follow from it.
#pragma once

#include <span>
#include <string>

#include "reports/compare/comparison.h"

namespace heapstorm {

struct ComparisonReportRow {
  const char* name;  // what --report takes
  const char* file;  // in the folder of the comparison
  std::string (*make)(const Comparison& comparison);
};

std::span<const ComparisonReportRow> comparison_reports();

}  // namespace heapstorm
