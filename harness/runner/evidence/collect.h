// From what a target left behind to findings, coverage and a verdict.
#pragma once

#include <optional>
#include <string>

#include "harness/runner/box/black_box_file.h"
#include "harness/runner/faults/fault_counts.h"
#include "harness/runner/run_options.h"
#include "harness/runner/run_result.h"
#include "harness/runner/target/target.h"
#include "harness/scenario/scenario.h"

namespace heapstorm {

// What the supervisor saw of the target while it ran.
struct Observations {
  std::optional<std::string> growth;   // which limit it exceeded, and how
  std::optional<std::string> silence;  // that it no longer answered
  bool partly_answered = false;        // a new client did not get all that its session awaits
  bool ignored_sigterm = false;        // it was killed when its time to end was over
};

struct Evidence {
  const Scenario& scenario;
  const RunOptions& options;  // after its stop request, what takes long is cut short
  TargetName name;
  TargetTraits traits;
  const BlackBoxFile& box;
  FaultWitnesses faults;
  const Observations& seen;
};

// Fills what the run was, coverage, faults, findings, expectations and `passed`; adds notes. Uses `end_reason`, `exit`
// and `storm`, which must be there already.
void collect(const Evidence& evidence, RunResult& result);

// The exit of a target that did what it was told to: code 0, or a death of our own SIGTERM (which a shell or a runtime
// may tell by code 143), or a sanitizer's exit code, whose reason stands in its log.
bool is_orderly_exit(const ProcessExit& exit);

}  // namespace heapstorm
