// The formats that a finished run can be reported in, by the names of --report and --format, and their files.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/runner/run_directory.h"
#include "harness/runner/run_result.h"

namespace heapstorm::cli {

// Where the report of this format lies in a run directory. `format` must be known.
std::string report_file_name(const std::string& format);

// An error of bad input if one of them is no format that goes into a file; `option` is where the user wrote it.
Status check_report_formats(const std::string& option, const std::vector<std::string>& formats);

// The report's text. What else it needs than the result is read from the run's directory, and left out if it is not
// there.
Result<std::string> make_report(const std::string& format, const RunResult& result);

// Writes each report into the run's directory.
Status write_reports(const std::vector<std::string>& formats, const RunResult& result);

}  // namespace heapstorm::cli
