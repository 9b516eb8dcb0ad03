#include "reports/compare/comparison.h"

#include <algorithm>
#include <map>
#include <utility>

#include "harness/base/check.h"
#include "reports/compare/finding_changes.h"
#include "reports/compare/run_figures.h"

namespace heapstorm {
namespace {

using Runs = std::vector<const RunResult*>;
using Groups = std::map<std::pair<std::string, std::string>, Runs>;  // by scenario and flavour

Groups group_runs(const std::vector<RunResult>& runs) {
  Groups groups;
  for (const RunResult& run : runs) groups[{run.scenario, run.flavour}].push_back(&run);
  return groups;
}

// A run that was not judged says nothing about the target.
Runs keep_judged(const Runs& runs) {
  Runs kept;
  std::copy_if(runs.begin(), runs.end(), std::back_inserter(kept),
               [](const RunResult* run) { return was_judged(*run); });
  return kept;
}

ScenarioComparison compare_groups(const Runs& all_base, const Runs& all_current) {
  const Runs base = keep_judged(all_base), current = keep_judged(all_current);
  ScenarioComparison result;
  result.scenario = all_current.front()->scenario;
  result.flavour = all_current.front()->flavour;
  result.base_attempts = base.size();
  result.current_attempts = current.size();
  result.base_failed_runs = all_base.size() - base.size();
  result.current_failed_runs = all_current.size() - current.size();
  result.environment = environment_changes(all_base, all_current);
  result.findings = finding_rates(base, current);
  result.figures = figure_changes(base, current);
  return result;
}

void judge_findings(std::vector<ScenarioComparison>& scenarios, bool same_scenario) {
  std::vector<FindingChange*> findings;
  for (ScenarioComparison& scenario : scenarios) {
    for (FindingChange& finding : scenario.findings) findings.push_back(&finding);
  }
  mark_evidence(std::move(findings));
  for (ScenarioComparison& scenario : scenarios) judge(scenario.findings, same_scenario);
}

std::string name_of(const Groups::key_type& key) {
  return key.first + " (" + key.second + ")";
}

}  // namespace

const char* to_string(Change change) {
  switch (change) {
    case Change::appeared:
      return "new";
    case Change::gone:
      return "gone";
    case Change::unchanged:
      return "unchanged";
    case Change::more_often:
      return "more_often";
    case Change::less_often:
      return "less_often";
  }
  HEAPSTORM_CHECK(false);
}

bool Comparison::regression() const {
  return std::any_of(scenarios.begin(), scenarios.end(), [](const ScenarioComparison& scenario) {
    return std::any_of(scenario.findings.begin(), scenario.findings.end(),
                       [](const FindingChange& finding) { return finding.regression; });
  });
}

bool Comparison::has_compared() const {
  return std::any_of(scenarios.begin(), scenarios.end(), [](const ScenarioComparison& scenario) {
    return scenario.base_attempts > 0 && scenario.current_attempts > 0;
  });
}

Comparison compare(const std::vector<RunResult>& base, const std::vector<RunResult>& current) {
  const Groups of_base = group_runs(base), of_current = group_runs(current);
  Comparison result;
  if (of_base.size() == 1 && of_current.size() == 1) {
    result.scenarios.push_back(compare_groups(of_base.begin()->second, of_current.begin()->second));
    judge_findings(result.scenarios, of_base.begin()->first.first == of_current.begin()->first.first);
    return result;
  }
  for (const auto& [key, runs] : of_current) {
    const auto same = of_base.find(key);
    if (same == of_base.end()) {
      result.only_in_current.push_back(name_of(key));
    } else {
      result.scenarios.push_back(compare_groups(same->second, runs));
    }
  }
  for (const auto& [key, runs] : of_base) {
    if (!of_current.contains(key)) result.only_in_base.push_back(name_of(key));
  }
  judge_findings(result.scenarios, true);
  return result;
}

}  // namespace heapstorm
