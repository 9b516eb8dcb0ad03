// The findings of two sets of runs, matched by fingerprint, and what their rates say. Internal to reports/compare.
#pragma once

#include <vector>

#include "reports/compare/comparison.h"

namespace heapstorm {

// Each with its rates and p; nothing is judged yet.
std::vector<FindingChange> finding_rates(const std::vector<const RunResult*>& base,
                                         const std::vector<const RunResult*>& current);

// Marks where there is evidence. `findings` are all that are compared, in every scenario: with more of them the largest
// difference that chance makes is larger.
void mark_evidence(std::vector<FindingChange*> findings);

// What is new, gone or of another rate, and whether that is a regression, by the rule in comparison.h. Regressions come
// first.
void judge(std::vector<FindingChange>& findings, bool same_scenario);

}  // namespace heapstorm
