// Finished runs, read from their directories.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/runner/run_directory.h"
#include "harness/runner/run_result.h"

namespace heapstorm::cli {

// The run of one run directory.
Result<RunResult> read_run(const RunDirectory& directory);

// The runs at `path`: a run.json, a run directory, or a folder with run directories in it at any depth, in the order of
// their paths. An error of bad input if there is none, or one that cannot be read.
Result<std::vector<RunResult>> read_runs(const std::string& path);

}  // namespace heapstorm::cli
