// The supervisor: one attempt, from starting the target to the verdict. The target may die at any instant; this may
// not.
//
//   auto result = run_attempt(scenario, {.seed = 7, .flavour = "plain", .directory = directory, .catalogue =
//   catalogue});
//
// Threads: the storm runs on a thread of its own and the target's output is read on another; both are joined before it
// returns. Call it on a thread that lives until it returns (see Process).
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/result.h"
#include "harness/runner/run_directory.h"
#include "harness/runner/run_result.h"
#include "harness/runner/target_catalogue.h"
#include "harness/runner/valgrind.h"
#include "harness/scenario/scenario.h"
#include "harness/storm/storm.h"

namespace heapstorm {

// Live figures, for whoever shows them. Valid during the call it is passed to.
struct RunProgress {
  const StormProgress& storm;
  std::uint64_t connections_planned = 0;
  std::uint64_t findings = 0;
  std::uint64_t elapsed_ms = 0;  // since the storm began
};

struct RunOptions {
  std::uint64_t seed = 1;
  std::string flavour = "plain";
  std::string scenario_file;
  std::string rerun;  // the command line that does this again
  std::string tool_version;
  std::uint64_t started_at_ms = 0;  // since 1970: now, for the report
  RunDirectory directory;
  TargetCatalogue catalogue;
  std::vector<std::string> allowed_remotes{};  // addresses beyond loopback that the user has named
  Valgrind valgrind = Valgrind::none;          // the tool that watches the target
  // Whether the storm goes on after the plan's connections for what the scenario expects (see scenario/awaited.h). Off
  // where detectors or rates are compared, which must all have seen as many connections.
  bool storms_on = true;
  std::vector<std::pair<std::string, std::string>> environment{};  // for the target, in place of the user's
  std::function<void(const RunProgress&)> on_progress{};           // about every 10 ms, on the caller's thread
  std::stop_token stop{};
};

// Runs the scenario and writes everything but run.json into the run directory. The target's death, a hang or silence is
// a result; an error is the environment's (no process, a disk that is full at the start). What is large and finds no
// room later is left out, with a note. No process of the target's group is left.
Result<RunResult> run_attempt(const Scenario& scenario, const RunOptions& options);

// The exit code of `heapstorm run` for this result: 0, 1, 3 or 130.
int exit_code(const RunResult& result);

}  // namespace heapstorm
