// report.sarif: the findings of a run in SARIF 2.1.0, as code scanners write them and code hosts show them.
#pragma once

#include <string>

#include "harness/runner/run_result.h"
#include "reports/formats/run_report.h"

namespace heapstorm {

// One JSON object, indented, with a newline at its end. A result for each finding: its place is the offender's, every
// frame of every side is a related location, and its fingerprint stays the same from run to run. What the scenario
// expects is there too, suppressed, so that it raises no alert.
std::string to_sarif(const RunResult& result);

class SarifReport : public RunReport {
 public:
  Result<std::string> write(const RunResult& result, const ReportStyle& style) const override;
};

}  // namespace heapstorm
