#include "reports/compare/finding_changes.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "harness/runner/verdict.h"
#include "reports/text/finding_text.h"

namespace heapstorm {
namespace {

using Runs = std::vector<const RunResult*>;

constexpr double significance = 0.01;

using Changes = std::map<std::string, FindingChange>;  // by fingerprint

// What any of the runs expects, each text once.
std::vector<Expectation> expectations_of(const Runs& runs) {
  std::map<std::string, Expectation> by_text;
  for (const RunResult* run : runs) {
    for (const Expectation& expectation : run->expectations) by_text.emplace(expectation.text, expectation);
  }
  std::vector<Expectation> expectations;
  for (const auto& [text, expectation] : by_text) expectations.push_back(expectation);
  return expectations;
}

// A fingerprint that a run has twice is one hit. Whether it is expected is what the newest run says.
void count(const Runs& runs, HitRate FindingChange::* side, const std::vector<Expectation>& expectations,
           Changes& changes) {
  for (const RunResult* run : runs) {
    std::set<std::string> seen;
    for (const Finding& finding : run->findings) {
      if (!seen.insert(finding.fingerprint).second) continue;
      FindingChange& change = changes[finding.fingerprint];
      change.fingerprint = finding.fingerprint;
      change.what = describe_kind(finding);
      change.where = describe_place(finding);
      change.expected = finding.expected;
      change.required = change.required || is_required(finding, expectations);
      ++(change.*side).hits;
    }
  }
  for (auto& [fingerprint, change] : changes) (change.*side).attempts = runs.size();
}

double rate(const HitRate& hits) {
  return hits.attempts == 0 ? 0 : static_cast<double>(hits.hits) / static_cast<double>(hits.attempts);
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
  if (!finding.evidence) return false;
  return rate(finding.current) < rate(finding.base) ? finding.required : !finding.expected;
}

bool is_comparable(const FindingChange& finding) {
  return finding.base.attempts > 0 && finding.current.attempts > 0;
}

}  // namespace

std::vector<FindingChange> finding_rates(const Runs& base, const Runs& current) {
  Changes by_fingerprint;
  const std::vector<Expectation> expectations = expectations_of(current);
  count(base, &FindingChange::base, expectations, by_fingerprint);
  count(current, &FindingChange::current, expectations, by_fingerprint);
  std::vector<FindingChange> changes;
  for (auto& [fingerprint, change] : by_fingerprint) {
    change.base.attempts = base.size();
    change.p = fisher_p(change.base, change.current);
    changes.push_back(std::move(change));
  }
  return changes;
}

// Holm: the smallest p must be below significance / n, the next below significance / (n - 1), and so on until one is
// not. A finding whose hits could not have been evidence on whatever side they had fallen cannot raise a false alarm
// either, so n does not count it (after Tarone, "A modified Bonferroni method for discrete data", 1990): a hundred
// findings that every run has do not hide one that half of the runs have lost.
void mark_evidence(std::vector<FindingChange*> findings) {
  std::erase_if(findings, [](const FindingChange* finding) {
    return min_fisher_p(finding->base, finding->current) >= significance;
  });
  std::sort(findings.begin(), findings.end(), [](const FindingChange* left, const FindingChange* right) {
    return std::tie(left->p, left->fingerprint) < std::tie(right->p, right->fingerprint);
  });
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (findings[i]->p >= significance / static_cast<double>(findings.size() - i)) break;
    findings[i]->evidence = true;
  }
}

void judge(std::vector<FindingChange>& findings, bool same_scenario) {
  for (FindingChange& finding : findings) {
    finding.change = change_of(finding);
    finding.regression = is_comparable(finding) && is_regression(finding, same_scenario);
    finding.fixed = finding.change == Change::gone && finding.evidence && !finding.regression;
  }
  std::sort(findings.begin(), findings.end(), [](const FindingChange& left, const FindingChange& right) {
    return std::make_tuple(!left.regression, left.change, left.fingerprint) <
           std::make_tuple(!right.regression, right.change, right.fingerprint);
  });
}

}  // namespace heapstorm
