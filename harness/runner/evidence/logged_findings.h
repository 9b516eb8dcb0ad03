// What a target has written so far that tells of findings: logs of sanitizers and of valgrind in the run directory, and
// its stderr.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/findings/finding.h"
#include "harness/runner/run_directory.h"

namespace heapstorm {

// Of all files sanitizer.* in it. Not deduplicated.
std::vector<Finding> findings_in_sanitizer_logs(const RunDirectory& directory);

// Of all files valgrind.* in it. Not deduplicated.
std::vector<Finding> findings_in_valgrind_logs(const RunDirectory& directory);

// Of a target that is not ours, which has no black box: its last words take that place. `at_ms` is when they came.
std::vector<Finding> findings_on_stderr(const RunDirectory& directory, std::uint64_t at_ms);

// How many bytes stderr and the sanitizers' logs have in all: as long as that does not change, nothing was added.
// Cheap.
std::uint64_t logged_bytes(const RunDirectory& directory);

}  // namespace heapstorm
