// What whoever starts an attempt says about it, besides the scenario. Plain values.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "harness/runner/run_directory.h"
#include "harness/runner/target_catalogue.h"
#include "harness/runner/valgrind.h"
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

}  // namespace heapstorm
