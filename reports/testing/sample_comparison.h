// The sets of runs that comparisons are tested with.
#pragma once

#include <string>
#include <vector>

#include "reports/testing/sample_run.h"

namespace heapstorm {

// `hits` of `attempts` runs, with the seeds 0, 1, ..., have the sample's finding, which the scenario requires or, if it
// is not expected, forbids.
inline std::vector<RunResult> sample_attempts(std::size_t hits, std::size_t attempts, bool expected = true) {
  std::vector<RunResult> runs(attempts, sample_caught());
  for (std::size_t i = 0; i < attempts; ++i) {
    runs[i].seed = i;
    runs[i].findings.front().expected = expected;
    if (!expected) runs[i].expectations = {{"finds nothing", i >= hits}};
    if (i >= hits) runs[i].findings.clear();
  }
  return runs;
}

// The run with `text` in every string of it that a comparison or a history shows.
inline RunResult sample_with_text_for_sets(const std::string& text) {
  RunResult run = sample_filled_with(text);
  run.flavour = run.tool_version = run.compiler = run.plan_hash = text;
  run.findings.front().fingerprint = text;
  return run;
}

}  // namespace heapstorm
