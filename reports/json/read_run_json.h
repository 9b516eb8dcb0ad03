// run.json back to a RunResult.
#pragma once

#include <string>

#include "harness/base/result.h"
#include "harness/runner/run_result.h"

namespace heapstorm {

// The inverse of to_run_json. The error names `file` and what in it is not as it should be; whatever the text is, it is
// no crash. The run directory is not part of the document.
Result<RunResult> read_run_json(const std::string& text, const std::string& file);

}  // namespace heapstorm
