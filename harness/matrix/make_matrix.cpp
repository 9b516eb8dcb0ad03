#include "harness/matrix/make_matrix.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <system_error>
#include <tuple>

#include "harness/files/atomic_file.h"

namespace heapstorm {
namespace {

namespace fs = std::filesystem;

struct Job {
  const MatrixScenario* row;
  const Detector* detector;
  std::uint64_t seed;
};

std::vector<Job> jobs_of(const MatrixOptions& options) {
  std::vector<Job> jobs;
  for (std::uint64_t seed = 1; seed <= options.attempts; ++seed) {
    for (const MatrixScenario& row : options.scenarios) {
      for (const Detector* detector : options.detectors) jobs.push_back({&row, detector, seed});
    }
  }
  return jobs;
}

// How long an attempt takes is the detector's doing more than the scenario's.
class TimeLeft {
 public:
  void add(const MatrixAttempt& attempt) {
    auto& [times, total_ms] = spent_[attempt.detector];
    ++times;
    total_ms += attempt.duration_ms;
  }
  // Nothing until each detector has been tried.
  std::optional<std::uint64_t> seconds_for(const std::map<std::string, std::uint64_t>& missing) const {
    double left_ms = 0;
    for (const auto& [detector, attempts] : missing) {
      const auto known = spent_.find(detector);
      if (attempts > 0 && known == spent_.end()) return std::nullopt;
      if (attempts == 0) continue;
      const auto& [times, total_ms] = known->second;
      left_ms += static_cast<double>(attempts) * static_cast<double>(total_ms) / static_cast<double>(times);
    }
    return static_cast<std::uint64_t>(left_ms / 1000) + 1;
  }

 private:
  std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> spent_;
};

std::vector<std::string> kinds_of(const RunResult& result, const Detector& detector) {
  std::set<std::string> kinds;
  for (const Finding& finding : result.findings) {
    if (counts(detector, finding, result.family)) kinds.insert(finding.kind);
  }
  return {kinds.begin(), kinds.end()};
}

bool came_up(const RunResult& result) {
  const bool at_start = result.end_reason == EndReason::died_at_start || result.end_reason == EndReason::never_listened;
  return !at_start || !result.findings.empty();
}

std::string folder_name(std::string name) {
  std::replace(name.begin(), name.end(), '/', '_');
  return name;
}

// The evidence of a cell's first hit stays; of all others the line in the log is enough.
void keep_or_remove(const MatrixOptions& options, const Job& job, const RunDirectory& run, bool hit) {
  const fs::path kept =
      fs::path(options.directory) / "hits" / (folder_name(job.row->info.name) + "-" + job.detector->name);
  std::error_code error;
  if (hit && !fs::exists(kept, error)) {
    fs::create_directories(kept.parent_path(), error);
    fs::rename(run.path, kept, error);
  } else {
    fs::remove_all(run.path, error);
  }
}

// Nothing if the attempt was cut short.
Result<std::optional<MatrixAttempt>> make_attempt(const MatrixOptions& options, const Job& job) {
  auto directory = create_run_directory(options.directory + "/attempt");
  if (!directory) return directory.error();
  RunOptions run{.seed = job.seed,
                 .flavour = "",
                 .scenario_file = job.row->info.scenario_file,
                 .rerun = "",
                 .tool_version = options.tool_version,
                 .directory = directory.value(),
                 .catalogue = options.catalogue};
  run.stop = options.stop;
  run.storms_on = false;  // one detector must not see more connections than another
  watch_with(*job.detector, run);
  const auto result = run_attempt(watched_by(*job.detector, job.row->scenario), run);
  if (!result) return result.error();
  if (result.value().end_reason == EndReason::interrupted) return std::optional<MatrixAttempt>();
  MatrixAttempt attempt{.row = job.row->info.name,
                        .scenario = job.row->info.scenario_hash,
                        .detector = job.detector->name,
                        .seed = job.seed,
                        .kinds = kinds_of(result.value(), *job.detector),
                        .failed = !came_up(result.value()),
                        .duration_ms = result.value().duration_ms,
                        .storm_ms = result.value().storm.duration_ms};
  keep_or_remove(options, job, directory.value(), !attempt.kinds.empty());
  return std::optional(std::move(attempt));
}

using Key = std::tuple<std::string, std::string, std::uint64_t>;

struct FreeHashState {
  void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};
using HashState = std::unique_ptr<XXH3_state_t, FreeHashState>;

Status hash_file(const std::string& path, const HashState& state) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error::environment(path + ": cannot be read");
  std::vector<char> buffer(1 << 20);
  while (file.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || file.gcount() > 0) {
    XXH3_64bits_update(state.get(), buffer.data(), static_cast<std::size_t>(file.gcount()));
  }
  return Success{};
}

}  // namespace

Status make_missing_attempts(const MatrixOptions& options, AttemptLog& log) {
  std::set<Key> made;
  TimeLeft time_left;
  for (const MatrixAttempt& attempt : log.attempts()) {
    if (attempt.failed) continue;  // it may come up today
    made.insert({attempt.scenario, attempt.detector, attempt.seed});
    time_left.add(attempt);
  }
  std::vector<Job> jobs = jobs_of(options);
  MatrixProgress progress{.wanted = jobs.size(), .doing = {}};
  std::erase_if(
      jobs, [&](const Job& job) { return made.contains({job.row->info.scenario_hash, job.detector->name, job.seed}); });
  progress.done = progress.wanted - jobs.size();
  std::map<std::string, std::uint64_t> missing;
  for (const Job& job : jobs) ++missing[job.detector->name];
  for (const Job& job : jobs) {
    if (options.stop.stop_requested()) return Success{};
    progress.doing = fmt::format("{} under {}, seed {}", job.row->info.name, job.detector->name, job.seed);
    progress.left_s = time_left.seconds_for(missing);
    if (options.on_progress) options.on_progress(progress);
    auto attempt = make_attempt(options, job);
    if (!attempt) return attempt.error();
    if (!attempt.value()) return Success{};
    time_left.add(*attempt.value());
    if (const Status kept = log.append(std::move(*attempt.value())); !kept) return kept;
    --missing[job.detector->name];
    ++progress.done;
  }
  return Success{};
}

Result<std::string> identity_of_build(const TargetCatalogue& catalogue, const std::string& tool_version) {
  const HashState state(XXH3_createState());
  XXH3_64bits_reset(state.get());
  for (const std::string& flavour : catalogue.flavours()) {
    if (const Status host = hash_file(catalogue.host_file(flavour), state); !host) return host.error();
    for (const std::string& family : catalogue.families(flavour)) {
      const auto plugin = catalogue.plugin_file(flavour, family);
      if (!plugin) continue;
      if (const Status hashed = hash_file(*plugin, state); !hashed) return hashed.error();
    }
  }
  return fmt::format("heapstorm {}, targets {:016x}", tool_version, XXH3_64bits_digest(state.get()));
}

std::string hash_of(const Scenario& scenario) {
  const std::string& text = scenario.resolved_json;
  return fmt::format("{:016x}", XXH3_64bits(text.data(), text.size()));
}

}  // namespace heapstorm
