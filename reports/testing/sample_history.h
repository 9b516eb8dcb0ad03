// The runs that histories are tested with.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/history/history.h"
#include "reports/json/run_json.h"
#include "reports/testing/sample_comparison.h"

namespace heapstorm {

constexpr std::uint64_t sample_day_ms = 86'400'000;

inline StoredRun stored(const RunResult& run, std::uint64_t set = 0) {
  StoredRun stored = to_stored_run(run, to_run_json(run), 0);
  stored.set = set;
  return stored;
}

// A night's campaign: 20 runs that start a minute after the other, of which `hits` find the defect.
inline std::vector<StoredRun> sample_night(std::uint64_t night, std::size_t hits) {
  std::vector<StoredRun> runs;
  for (RunResult run : sample_attempts(hits, 20)) {
    run.started_at_ms += night * sample_day_ms + run.seed * 60'000;
    run.storm.latency_us.p99 = 900 + 10 * (night * 7 % 5) + run.seed;
    runs.push_back(stored(run, night + 1));
  }
  return runs;
}

// Three nights of one scenario, in which its defect is found ever less often, and a run of a fix.
inline std::vector<StoredRun> sample_nights() {
  std::vector<StoredRun> runs;
  for (std::uint64_t night = 0; night < 3; ++night) {
    for (StoredRun& run : sample_night(night, 20 - 4 * night)) runs.push_back(std::move(run));
  }
  runs.push_back(stored(sample_clean(), 4));
  return runs;
}

}  // namespace heapstorm
