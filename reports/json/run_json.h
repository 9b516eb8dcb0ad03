// run.json: a RunResult as the document that reports/run.schema.json describes.
#pragma once

#include <string>
#include <vector>

#include "harness/runner/run_result.h"

namespace heapstorm {

// One JSON object, indented, with a newline at its end. The same result gives the same bytes. What a target printed is
// in it as JSON strings; bytes that are no UTF-8 are replaced.
std::string to_run_json(const RunResult& result);

// The same with these findings instead of the result's own, which may be very many.
using FindingList = std::vector<const Finding*>;
std::string to_run_json(const RunResult& result, const FindingList& findings);

}  // namespace heapstorm
