// The text report: the summary of a run, and what the target's black box holds beyond its findings.
#pragma once

#include <string>

#include "reports/formats/run_report.h"

namespace heapstorm {

class TextReport : public RunReport {
 public:
  // An error if the black box should be there and cannot be read.
  Result<std::string> write(const RunResult& result, const ReportStyle& style) const override;
};

}  // namespace heapstorm
