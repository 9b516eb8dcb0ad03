#include "reports/compare/run_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "harness/storm/storm_figures.h"

namespace heapstorm {
namespace {

using Runs = std::vector<const RunResult*>;

// With two or three runs a side, spreads that do not overlap are common by chance; with five and five it is 1 in 126.
constexpr std::size_t runs_for_a_spread = 5;

struct Figure {
  const char* name;
  std::optional<double> (*value)(const RunResult& run);
};

std::optional<double> completed_percent(const RunResult& run) {
  const auto& sessions = run.storm.sessions;
  const std::uint64_t judged = sessions ? sessions->completed + sessions->cut : 0;
  if (judged == 0) return std::nullopt;
  return 100 * static_cast<double>(sessions->completed) / static_cast<double>(judged);
}

std::optional<double> error_status_percent(const RunResult& run) {
  if (!run.storm.answers || run.storm.answers->statuses.empty()) return std::nullopt;
  constexpr int first_error_status = 400;
  std::uint64_t errors = 0;
  std::uint64_t all = 0;
  for (const auto& [status, count] : run.storm.answers->statuses) {
    all += count;
    if (status >= first_error_status) errors += count;
  }
  return 100 * static_cast<double>(errors) / static_cast<double>(all);
}

std::optional<double> answer_latency(const RunResult& run, std::uint64_t LatencyUs::* quantile) {
  const auto& answers = run.storm.answers;
  if (!answers || answers->count == 0) return std::nullopt;
  return static_cast<double>(answers->latency_us.*quantile);
}

constexpr Figure figures[] = {
    {"connections per second", [](const RunResult& run) { return std::optional(connections_per_s(run.storm)); }},
    {"p50 of an open, us",
     [](const RunResult& run) { return std::optional(static_cast<double>(run.storm.latency_us.p50)); }},
    {"p99 of an open, us",
     [](const RunResult& run) { return std::optional(static_cast<double>(run.storm.latency_us.p99)); }},
    {"p50 of an answer, us", [](const RunResult& run) { return answer_latency(run, &LatencyUs::p50); }},
    {"p99 of an answer, us", [](const RunResult& run) { return answer_latency(run, &LatencyUs::p99); }},
    {"client CPU per connection, us",
     [](const RunResult& run) { return std::optional(run.storm.client_cpu_us_per_connection); }},
    {"errors", [](const RunResult& run) { return std::optional(static_cast<double>(error_count(run.storm))); }},
    {"sessions that got through, %", completed_percent},
    {"4xx and 5xx of the statuses, %", error_status_percent},
    {"workers reached",
     [](const RunResult& run) { return std::optional(static_cast<double>(run.coverage.workers_reached)); }},
};

Spread spread_of_figure(const Runs& runs, const Figure& figure) {
  std::vector<double> values;
  for (const RunResult* run : runs) {
    if (const auto value = figure.value(*run)) values.push_back(*value);
  }
  return spread_of(std::move(values));
}

bool are_apart(const Spread& base, const Spread& current) {
  if (std::min(base.runs, current.runs) < runs_for_a_spread) return false;
  return base.greatest < current.least || current.greatest < base.least;
}

struct EnvironmentFact {
  const char* what;
  std::string (*value)(const RunResult& run);
};

constexpr EnvironmentFact facts[] = {
    {"scenario", [](const RunResult& run) { return run.scenario; }},
    {"flavour", [](const RunResult& run) { return run.flavour; }},
    {"target", [](const RunResult& run) { return run.family + "/" + run.variant; }},
    {"workers", [](const RunResult& run) { return std::to_string(run.workers); }},
    {"heapstorm", [](const RunResult& run) { return run.tool_version; }},
    {"compiler", [](const RunResult& run) { return run.compiler; }},
};

std::string values_of(const Runs& runs, const EnvironmentFact& fact) {
  std::set<std::string> values;
  for (const RunResult* run : runs) values.insert(fact.value(*run));
  return fmt::format("{}", fmt::join(values, ", "));
}

// Another plan for the same seed: the scenario's load or faults were changed, or the planner was.
void add_plan_change(const Runs& base, const Runs& current, std::vector<EnvironmentChange>& changes) {
  std::map<std::uint64_t, std::string> plans;
  for (const RunResult* run : base) plans[run->seed] = run->plan_hash;
  for (const RunResult* run : current) {
    const auto same_seed = plans.find(run->seed);
    if (same_seed == plans.end() || same_seed->second == run->plan_hash) continue;
    changes.push_back({fmt::format("plan of seed {}", run->seed), same_seed->second, run->plan_hash});
    return;  // one says it all
  }
}

}  // namespace

std::vector<RunFigure> figures_of(const RunResult& run) {
  std::vector<RunFigure> values;
  for (const Figure& figure : figures) values.push_back({figure.name, figure.value(run)});
  return values;
}

Spread spread_of(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  const double median = values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  return {values.front(), median, values.back(), values.size()};
}

std::vector<FigureChange> figure_changes(const Runs& base, const Runs& current) {
  std::vector<FigureChange> changes;
  for (const Figure& figure : figures) {
    FigureChange change{figure.name, spread_of_figure(base, figure), spread_of_figure(current, figure), false};
    if (change.base.runs + change.current.runs == 0) continue;  // nothing of this kind happens there
    change.apart = are_apart(change.base, change.current);
    changes.push_back(std::move(change));
  }
  return changes;
}

std::vector<EnvironmentChange> environment_changes(const Runs& base, const Runs& current) {
  std::vector<EnvironmentChange> changes;
  for (const EnvironmentFact& fact : facts) {
    EnvironmentChange change{fact.what, values_of(base, fact), values_of(current, fact)};
    if (change.base != change.current) changes.push_back(std::move(change));
  }
  add_plan_change(base, current, changes);
  return changes;
}

}  // namespace heapstorm
