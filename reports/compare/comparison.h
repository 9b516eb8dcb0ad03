// A Comparison of two sets of runs: what is new, what is gone, which hit rates changed. A plain value.
//
// It is a regression if, of the findings,
//   - one was never seen in the base and is not expected by the scenario (or the scenario itself is another one); or
//   - an unexpected one is seen more often, or one that the current scenario requires is seen less often, than chance
//     explains: Fisher's exact test, p below 0.01, corrected for the number of findings compared in all scenarios
//     (Holm). So of a hundred comparisons of a build with itself at most one gives such an alarm, however many findings
//     there are.
// What the current scenario does not require may go: it is fixed if chance does not explain that.
// Load figures and the environment are told, and decide nothing.
#pragma once

#include <string>
#include <vector>

#include "harness/runner/run_result.h"
#include "reports/compare/fisher.h"

namespace heapstorm {

enum class Change {
  appeared,   // only in the current runs
  gone,       // only in the base
  unchanged,  // in both; chance explains the difference
  more_often,
  less_often,
};
const char* to_string(Change);

struct FindingChange {
  std::string fingerprint;
  std::string what;       // "foreign_free of date_header"
  std::string where;      // the offender's place, "" if unknown
  bool expected = false;  // by the newest run that has it
  bool required = false;  // by the scenario of the current runs: they have to find it
  HitRate base, current;
  double p = 1;           // of the difference between the rates
  bool evidence = false;  // more than chance explains
  Change change = Change::unchanged;
  bool regression = false;
  bool fixed = false;  // gone, with evidence, and not missed
};

// The figure's values over the runs of a side.
struct Spread {
  double least = 0, median = 0, greatest = 0;
  std::size_t runs = 0;
};

struct FigureChange {
  std::string name;
  Spread base, current;
  bool apart = false;  // the spreads do not overlap, and each has runs enough to have one
};

struct EnvironmentChange {
  std::string what;
  std::string base, current;  // all values that a side's runs have
};

// The runs of one scenario and flavour.
struct ScenarioComparison {
  std::string scenario, flavour;
  std::size_t base_attempts = 0, current_attempts = 0;        // that could be judged
  std::size_t base_failed_runs = 0, current_failed_runs = 0;  // the environment failed, or the user stopped them
  std::vector<EnvironmentChange> environment;
  std::vector<FindingChange> findings;  // regressions first
  std::vector<FigureChange> figures;
};

struct Comparison {
  std::string base, current;  // where the runs came from, for a reader; "" if nobody said
  std::vector<ScenarioComparison> scenarios;
  std::vector<std::string> only_in_base, only_in_current;  // scenarios with their flavour
  bool regression() const;
  // Whether any scenario has runs that could be judged on both sides; else that there is no regression says nothing.
  bool has_compared() const;
};

// Runs are grouped by scenario and flavour. If each side has one such group they are compared with each other even if
// their names differ: a fix with the bug, say.
Comparison compare(const std::vector<RunResult>& base, const std::vector<RunResult>& current);

}  // namespace heapstorm
