// How a target is started: its command line, and what its sanitizer is told.
#pragma once

#include "harness/process/exec_image.h"
#include "harness/process/process.h"
#include "harness/runner/supervisor.h"

namespace heapstorm {

// The exit code by which a sanitizer says that it has reported something. Its findings come from its logs.
constexpr int sanitizer_exit_code = 66;

// `box_fd` is inherited. The plugin must exist.
ProcessOptions target_command(const Scenario& scenario, const RunOptions& options, int box_fd);

// For every target: sanitizers write their logs into the run directory.
ExecImage::Variables sanitizer_environment(const RunOptions& options);

}  // namespace heapstorm
