// From what a target left behind to findings, coverage and a verdict.
#pragma once

#include "harness/runner/black_box_file.h"
#include "harness/runner/run_directory.h"
#include "harness/runner/run_result.h"
#include "harness/runner/signal_faults.h"
#include "harness/scenario/scenario.h"

namespace heapstorm {

struct Evidence {
  const Scenario& scenario;
  const RunDirectory& directory;
  const BlackBoxFile& box;
  const SignalFaults& signals;
};

// Fills coverage, faults, findings, expectations and `passed`; adds notes. Uses `end_reason`, `exit` and `storm`, which
// must be there already.
void collect(const Evidence& evidence, RunResult& result);

// The exit of a target that did what it was told to: code 0, or a death of our own SIGTERM, or a sanitizer's exit code,
// whose reason stands in its log.
bool is_orderly_exit(const TargetExit& exit);

}  // namespace heapstorm
