// junit.xml: a RunResult as CI systems read the results of tests.
#pragma once

#include <string>

#include "harness/runner/run_result.h"
#include "reports/formats/run_report.h"

namespace heapstorm {

// One suite for the run. Its first case is the run itself: an error if the environment failed or the user stopped it.
// Then one case for each expectation: passed, failed with what was found, or skipped where there was no run to judge.
std::string to_junit_xml(const RunResult& result);

class JunitReport : public RunReport {
 public:
  Result<std::string> write(const RunResult& result, const ReportStyle& style) const override;
};

}  // namespace heapstorm
