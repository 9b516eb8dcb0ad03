// The table of report formats. `run --report`, `report --format`, their help, completion in the shell and the files of
// a run directory follow from it; the manual and README.md are checked against it.
//
// A new format is a class (see run_report.h) and a row.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "reports/formats/run_report.h"

namespace heapstorm {

struct RunReportRow {
  const char* name;  // what --report and --format take
  const char* file;  // in the run directory; null for a report that is only printed
  const RunReport& report;
};

std::span<const RunReportRow> run_reports();

// Those that go into a file.
std::vector<RunReportRow> filed_run_reports();
std::vector<std::string> files_of_run_reports();

}  // namespace heapstorm
