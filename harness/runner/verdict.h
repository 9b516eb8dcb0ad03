// The verdict: findings against what the scenario expects. evidence/load_verdict.h judges the load.
#pragma once

#include <string>
#include <vector>

#include "harness/findings/finding.h"
#include "harness/scenario/scenario.h"

namespace heapstorm {

struct Expectation {
  std::string text;  // "finds foreign_free of date_header"
  bool met = false;
  // What the load came to: "0 of 50 did; read: ECONNRESET 50"; empty where findings are meant.
  std::string measured = {};
  bool operator==(const Expectation&) const = default;
};

// Its text, and what was measured.
std::string in_words(const Expectation& expectation);

// Whether the finding, or what one of its witnesses calls it, is what the pattern means.
bool matches(const FindingPattern& pattern, const Finding& finding);

// Those that hold in this flavour.
std::vector<FindingPattern> those_of(const std::string& flavour, std::vector<FindingPattern> patterns);

// One entry per expectation, in the scenario's order, and sets Finding::expected of every finding that was foreseen.
// `clean` foresees nothing; otherwise what matches `findings` or `allow` is foreseen, and the last entry says that
// nothing else was found.
// Patterns for other flavours than the run's are as if they were not there.
std::vector<Expectation> judge(const Expect& expect, const std::string& flavour, std::vector<Finding>& findings);

// Whether one of these expectations, as judge() words them, asks for `finding`. What is only allowed is asked for by
// none.
bool is_required(const Finding& finding, const std::vector<Expectation>& expectations);

bool all_met(const std::vector<Expectation>& expectations);

}  // namespace heapstorm
