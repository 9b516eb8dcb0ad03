#include "reports/history/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "reports/compare/run_figures.h"

namespace heapstorm {
namespace {

using Runs = std::vector<const StoredRun*>;  // in the order of time

// Those that every run of today has in their order, then those that only other versions know.
std::vector<std::string> names_of_figures(const std::vector<StoredRun>& runs) {
  std::vector<std::string> names;
  for (const RunFigure& figure : figures_of(RunResult{})) names.emplace_back(figure.name);
  std::set<std::string> others;
  for (const StoredRun& run : runs) {
    for (const auto& [name, value] : run.figures) others.insert(name);
  }
  for (const std::string& name : names) others.erase(name);
  names.insert(names.end(), others.begin(), others.end());
  return names;
}

HistorySighting sighting_of(const StoredRun& run) {
  return {run.at_ms, run.scenario, run.flavour, run.seed, run.tool_version};
}

std::vector<FindingHistory> findings_of(const std::vector<StoredRun>& runs) {
  std::unordered_map<std::string, FindingHistory> by_fingerprint;
  for (const StoredRun& run : runs) {
    for (const StoredSighting& sighting : run.sightings) {
      FindingHistory& finding = by_fingerprint[sighting.fingerprint];
      if (finding.runs++ == 0) finding.first = sighting_of(run);
      finding.last = sighting_of(run);
      finding.fingerprint = sighting.fingerprint;
      finding.what = sighting.what;
      finding.where = sighting.where;
    }
  }
  std::vector<FindingHistory> findings;
  for (auto& [fingerprint, finding] : by_fingerprint) findings.push_back(std::move(finding));
  std::sort(findings.begin(), findings.end(), [](const FindingHistory& left, const FindingHistory& right) {
    return std::tie(right.last.at_ms, left.fingerprint) < std::tie(left.last.at_ms, right.fingerprint);
  });
  return findings;
}

// The most frequent ones of a scenario; the second is how many there are besides.
std::pair<std::vector<std::string>, std::size_t> most_frequent(const Runs& runs) {
  std::unordered_map<std::string, std::size_t> counts;
  for (const StoredRun* run : runs) {
    for (const StoredSighting& sighting : run->sightings) ++counts[sighting.fingerprint];
  }
  std::vector<std::pair<std::string, std::size_t>> sorted(counts.begin(), counts.end());
  std::sort(sorted.begin(), sorted.end(), [](const auto& left, const auto& right) {
    return std::tie(right.second, left.first) < std::tie(left.second, right.first);
  });
  std::vector<std::string> fingerprints;
  for (auto& [fingerprint, count] : sorted) {
    if (fingerprints.size() < History::max_rates) fingerprints.push_back(std::move(fingerprint));
  }
  return {fingerprints, sorted.size() - fingerprints.size()};
}

bool has(const StoredRun& run, const std::string& fingerprint) {
  return std::any_of(run.sightings.begin(), run.sightings.end(),
                     [&](const StoredSighting& sighting) { return sighting.fingerprint == fingerprint; });
}

HitRate rate_of(const Runs& runs, const std::string& fingerprint) {
  const auto hits =
      std::count_if(runs.begin(), runs.end(), [&](const StoredRun* run) { return has(*run, fingerprint); });
  return {static_cast<std::uint64_t>(hits), runs.size()};
}

Spread spread_of_figure(const Runs& runs, const std::string& name) {
  std::vector<double> values;
  for (const StoredRun* run : runs) {
    if (const auto figure = run->figures.find(name); figure != run->figures.end()) values.push_back(figure->second);
  }
  return spread_of(std::move(values));
}

HistoryPoint point_of(const Runs& all, const std::vector<std::string>& fingerprints,
                      const std::vector<std::string>& figures) {
  Runs judged;
  std::set<std::string> versions;
  for (const StoredRun* run : all) {
    if (run->judged) judged.push_back(run);
    versions.insert(run->tool_version);
  }
  HistoryPoint point;
  point.at_ms = all.front()->at_ms;
  point.tool_version = fmt::format("{}", fmt::join(versions, ", "));
  point.failed_runs = all.size() - judged.size();
  const auto with_findings =
      std::count_if(judged.begin(), judged.end(), [](const StoredRun* run) { return !run->sightings.empty(); });
  point.any = {static_cast<std::uint64_t>(with_findings), judged.size()};
  for (const std::string& fingerprint : fingerprints) point.findings.push_back(rate_of(judged, fingerprint));
  for (const std::string& name : figures) point.figures.push_back(spread_of_figure(judged, name));
  return point;
}

// In the order of their first runs.
std::vector<Runs> sets_of(const Runs& runs) {
  std::map<std::uint64_t, Runs> by_number;
  for (const StoredRun* run : runs) by_number[run->set].push_back(run);
  std::map<std::pair<std::uint64_t, std::uint64_t>, Runs> by_time;
  for (auto& [number, set] : by_number) by_time[{set.front()->at_ms, number}] = std::move(set);
  std::vector<Runs> sets;
  for (auto& [time, set] : by_time) sets.push_back(std::move(set));
  return sets;
}

ScenarioHistory scenario_history(const Runs& runs, const std::vector<std::string>& figures) {
  ScenarioHistory history;
  history.scenario = runs.front()->scenario;
  history.flavour = runs.front()->flavour;
  std::tie(history.findings, history.more_findings) = most_frequent(runs);
  for (const Runs& set : sets_of(runs)) history.points.push_back(point_of(set, history.findings, figures));
  return history;
}

}  // namespace

History make_history(std::vector<StoredRun> runs) {
  std::sort(runs.begin(), runs.end(), [](const StoredRun& left, const StoredRun& right) {
    return std::tie(left.at_ms, left.digest) < std::tie(right.at_ms, right.digest);
  });
  History history;
  history.runs = runs.size();
  history.figures = names_of_figures(runs);
  history.findings = findings_of(runs);
  std::map<std::pair<std::string, std::string>, Runs> scenarios;
  for (const StoredRun& run : runs) scenarios[{run.scenario, run.flavour}].push_back(&run);
  for (const auto& [name, of_scenario] : scenarios) {
    history.scenarios.push_back(scenario_history(of_scenario, history.figures));
  }
  return history;
}

}  // namespace heapstorm
