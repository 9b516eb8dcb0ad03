// A RunResult: everything one attempt found and measured; what run.json holds. A plain value.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/findings/finding.h"
#include "harness/process/process_exit.h"
#include "harness/runner/run_series.h"
#include "harness/runner/verdict.h"
#include "harness/storm/storm.h"

namespace heapstorm {

// Why a run ended. The target's death is a result, not an error of ours.
enum class EndReason {
  completed,        // the plan was carried out
  time_limit,       // the storm's time was up
  resource_limit,   // the target used more than the scenario's limits allow
  target_died,      // by a signal or an exit of its own
  signal_injected,  // it died of a signal that the plan sent
  target_hung,      // it ignored SIGTERM and was killed
  never_listened,   // it did not listen within its deadline: an error of the environment, exit 3
  died_at_start,    // it died before it listened: exit 3 unless it left findings
  interrupted,      // Ctrl-C: exit 130
};
const char* to_string(EndReason);

struct FaultCount {
  std::uint64_t planned = 0, injected = 0;
  // Seen from the other side than the one that did it: what the server answered, how the target died. Nothing where
  // nobody looks.
  std::optional<std::uint64_t> observed;
  std::map<std::string, std::uint64_t> answers = {};  // how often which; "silence" is not observed
};

// [worker][worker]: how often.
using PairMatrix = std::vector<std::vector<std::uint64_t>>;

struct Coverage {
  std::uint32_t workers = 0;  // 0: the target has no black box, so nothing is known of its threads
  std::uint32_t workers_reached = 0;
  std::uint64_t accept_close_pairs = 0;  // that are not 0 in `accept_close`
  // The rest is empty if there are more workers than the black box tells apart.
  PairMatrix alloc_free_pairs{};                       // [owner][who freed], blocks
  std::vector<std::uint64_t> connections_by_worker{};  // opened
  PairMatrix accept_close{};                           // [who opened][who closed], connections
  PairMatrix meetings{};                               // [who opened a connection][who opened the next one]
  bool operator==(const Coverage&) const = default;
};

// Ordered pairs of two different workers: how many a matrix has reached, and how many there are.
std::uint64_t pairs_reached(const PairMatrix& matrix);
std::uint64_t pairs_in_all(std::uint32_t workers);

// A note that a file of the run directory is not there.
std::string left_out_note(const std::string& file, const std::string& reason);

struct RunResult {
  std::string tool_version;
  std::string flavour;
  std::string compiler;
  std::string scenario;
  std::string scenario_file;
  std::uint64_t seed = 0;
  std::uint64_t started_at_ms = 0;  // since 1970; 0: not known
  std::string plan_hash;
  bool passed = false;
  EndReason end_reason = EndReason::completed;
  std::string family, variant;
  std::uint32_t workers = 0;
  int pid = 0;
  ProcessExit exit;
  std::uint64_t duration_ms = 0;
  StormResult storm;
  RunSeries series;
  Coverage coverage;
  std::map<std::string, FaultCount> faults;
  std::vector<Finding> findings;
  std::vector<Expectation> expectations;
  std::vector<std::string> notes;  // what a reader should know: a damaged record, a full section
  std::string rerun;               // the command line that does this again
  std::string directory;           // the run directory
};

// The exit code of `heapstorm run` for this result: 0, 1, 3 or 130.
int exit_code(const RunResult& result);

// Whether there was a run to judge: the exit code is 0 or 1. Above it the environment failed, or the user stopped it.
bool was_judged(const RunResult& result);

// Whether a note says that the run had no room for this file.
bool was_left_out(const RunResult& result, const std::string& file);

}  // namespace heapstorm
