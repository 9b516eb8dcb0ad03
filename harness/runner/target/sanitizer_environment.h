// What a target's sanitizer is told, whatever the target is.
#pragma once

#include "harness/process/exec_image.h"
#include "harness/runner/run_options.h"

namespace heapstorm {

// The exit code by which a sanitizer says that it has reported something. Its findings come from its logs.
constexpr int sanitizer_exit_code = 66;

// It writes its logs into the run directory. The user's own options stay, before ours.
ExecImage::Variables make_sanitizer_environment(const RunOptions& options);

}  // namespace heapstorm
