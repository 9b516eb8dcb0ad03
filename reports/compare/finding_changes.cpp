#include "reports/compare/finding_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "reports/text/finding_text.h"

namespace heapstorm {
namespace {

using Runs = std::vector<const RunResult*>;

constexpr double significance = 0.01;

std::string what_of(const Finding& finding) {
  const bool tagged = finding.block && !finding.block->tag.empty();
  return tagged ? finding.kind + " of " + finding.block->tag : finding.kind;
}

std::string where_of(const Finding& finding) {
  const Frame* const frame = finding.offender ? reading_frame(finding.offender->stack) : nullptr;
  return frame == nullptr || frame->file.empty() ? "" : fmt::format("{}:{}", frame->file, frame->line);
}

using Changes = std::map<std::string, FindingChange>;  // by fingerprint

// A fingerprint that a run has twice is one hit. Whether it is expected is what the newest run says.
void count(const Runs& runs, HitRate FindingChange::* side, Changes& changes) {
  for (const RunResult* run : runs) {
    std::set<std::string> seen;
    for (const Finding& finding : run->findings) {
      if (!seen.insert(finding.fingerprint).second) continue;
      FindingChange& change = changes[finding.fingerprint];
      change.fingerprint = finding.fingerprint;
      change.what = what_of(finding);
      change.where = where_of(finding);
      change.expected = finding.expected;
      ++(change.*side).hits;
    }
  }
  for (auto& [fingerprint, change] : changes) (change.*side).attempts = runs.size();
}

double rate(const HitRate& hits) {
  return hits.attempts == 0 ? 0 : static_cast<double>(hits.hits) / static_cast<double>(hits.attempts);
}

// Holm: the smallest p must be below significance / n, the next below significance / (n - 1), and so on until one is
// not.
void mark_evidence(std::vector<FindingChange>& changes) {
  std::vector<FindingChange*> by_p;
  for (FindingChange& change : changes) by_p.push_back(&change);
  std::sort(by_p.begin(), by_p.end(), [](const FindingChange* left, const FindingChange* right) {
    return std::tie(left->p, left->fingerprint) < std::tie(right->p, right->fingerprint);
  });
  for (std::size_t i = 0; i < by_p.size(); ++i) {
    if (by_p[i]->p >= significance / static_cast<double>(by_p.size() - i)) break;
    by_p[i]->evidence = true;
  }
}

Change change_of(const FindingChange& finding) {
  if (finding.base.hits == 0) return Change::appeared;
  if (finding.current.hits == 0) return Change::gone;
  if (!finding.evidence) return Change::unchanged;
  return rate(finding.current) > rate(finding.base) ? Change::more_often : Change::less_often;
}

// The rule that stands in comparison.h.
bool is_regression(const FindingChange& finding, bool same_scenario) {
  if (finding.change == Change::appeared) return !finding.expected || !same_scenario;
  if (finding.expected) return finding.evidence && rate(finding.current) < rate(finding.base);
  return finding.evidence && rate(finding.current) > rate(finding.base);
}

bool is_same_scenario(const Runs& base, const Runs& current) {
  return !base.empty() && !current.empty() && base.front()->scenario == current.front()->scenario;
}

}  // namespace

std::vector<FindingChange> finding_changes(const Runs& base, const Runs& current) {
  Changes by_fingerprint;
  count(base, &FindingChange::base, by_fingerprint);
  count(current, &FindingChange::current, by_fingerprint);
  std::vector<FindingChange> changes;
  for (auto& [fingerprint, change] : by_fingerprint) {
    change.base.attempts = base.size();
    change.p = fisher_p(change.base, change.current);
    changes.push_back(std::move(change));
  }
  mark_evidence(changes);
  for (FindingChange& change : changes) {
    change.change = change_of(change);
    const bool nothing_to_compare = base.empty() || current.empty();
    change.regression = !nothing_to_compare && is_regression(change, is_same_scenario(base, current));
  }
  std::sort(changes.begin(), changes.end(), [](const FindingChange& left, const FindingChange& right) {
    return std::make_tuple(!left.regression, left.change, left.fingerprint) <
           std::make_tuple(!right.regression, right.change, right.fingerprint);
  });
  return changes;
}

}  // namespace heapstorm
