// Finished runs, read from their directories.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/runner/run_directory.h"
#include "harness/runner/run_result.h"

namespace heapstorm::cli {

// The run of one run directory.
Result<RunResult> read_run(const RunDirectory& directory);

struct RunFile {
  RunResult run;
  std::string text;                // the file's
  std::uint64_t file_time_ms = 0;  // when it was written last, since 1970
};

// An error of bad input that names the file if it cannot be read.
Result<RunFile> read_run_file(const std::string& file);

// The run.json files at `path`: itself, or those below a folder, in the order of their paths. An error of bad input if
// a folder has none.
Result<std::vector<std::string>> run_files_at(const std::string& path);

// The runs at `path`: a run.json, a run directory, or a folder with run directories in it at any depth, in the order of
// their paths. An error of bad input if there is none, or one that cannot be read.
Result<std::vector<RunResult>> read_runs(const std::string& path);

}  // namespace heapstorm::cli
