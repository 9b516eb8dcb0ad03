// Makes the attempts of a matrix that are still missing.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/matrix/attempt_log.h"
#include "harness/matrix/detector.h"
#include "harness/matrix/matrix.h"

namespace heapstorm {

struct MatrixScenario {
  MatrixRowInfo info;
  Scenario scenario;
};

struct MatrixProgress {
  std::uint64_t done = 0, wanted = 0;     // attempts, those of earlier runs among them
  std::string doing;                      // "date_header/static_cache under memcheck, seed 3"
  std::optional<std::uint64_t> left_s{};  // an estimate, from what each detector has taken so far
};

struct MatrixOptions {
  std::vector<MatrixScenario> scenarios;
  std::vector<const Detector*> detectors;
  std::uint64_t attempts = 5;  // for each scenario and detector, with the seeds 1 to `attempts`
  std::string directory;       // for attempts.jsonl, and the run directory of each cell's first hit
  std::string tool_version;
  TargetCatalogue catalogue;
  std::function<void(const MatrixProgress&)> on_progress{};  // before each attempt, on the caller's thread
  std::stop_token stop{};
};

// All cells get their first attempt before one gets its second, so that an interrupted matrix is a rough one and not
// half of one. An attempt that the stop token cut short counts for nothing. Call it on a thread that lives until it
// returns.
Status make_missing_attempts(const MatrixOptions& options, AttemptLog& log);

// What the attempts of one log must have in common: the version, and the bytes of the targets.
Result<std::string> identity_of_build(const TargetCatalogue& catalogue, const std::string& tool_version);

// What distinguishes a scenario from what it was before somebody changed it.
std::string hash_of(const Scenario& scenario);

}  // namespace heapstorm
