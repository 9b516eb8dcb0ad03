// A History: what became of each finding, of the hit rates and of the load figures over many runs. A plain value.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/compare/comparison.h"
#include "reports/history/stored_run.h"

namespace heapstorm {

struct HistorySighting {
  std::uint64_t at_ms = 0;  // since 1970
  std::string scenario, flavour;
  std::uint64_t seed = 0;
  std::string tool_version;
};

struct FindingHistory {
  std::string fingerprint;
  std::string what;   // "foreign_free of date_header"
  std::string where;  // the offender's place, "" if unknown
  HistorySighting first, last;
  std::uint64_t runs = 0;  // in which it was seen
};

// The runs of one set, of one scenario and flavour.
struct HistoryPoint {
  std::uint64_t at_ms = 0;        // the start of the first of them
  std::string tool_version;       // all that they have
  std::size_t failed_runs = 0;    // the environment failed, or the user stopped them; not in what follows
  HitRate any;                    // attempts that found anything
  std::vector<HitRate> findings;  // in the order of ScenarioHistory::findings
  std::vector<Spread> figures;    // in the order of History::figures
};

struct ScenarioHistory {
  std::string scenario, flavour;
  std::vector<std::string> findings;  // fingerprints, the most frequent first, and not more than max_rates
  std::size_t more_findings = 0;      // whose rates are left out
  std::vector<HistoryPoint> points;   // the oldest first
};

struct History {
  static constexpr std::size_t max_rates = 20;

  std::size_t runs = 0;
  std::vector<std::string> figures;        // their names
  std::vector<FindingHistory> findings;    // the one that was seen last comes first
  std::vector<ScenarioHistory> scenarios;  // by name and flavour
};

// A finding was seen wherever a run has it; a rate counts only runs that say something about the target.
History make_history(std::vector<StoredRun> runs);

}  // namespace heapstorm
