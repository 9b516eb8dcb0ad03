#include <nlohmann/json.hpp>

#include "reports/compare/comparison_reports.h"
#include "reports/compare/figure_json.h"

namespace heapstorm {
namespace {

using Json = nlohmann::ordered_json;

Json finding_json(const FindingChange& finding) {
  return {{"fingerprint", finding.fingerprint},
          {"what", finding.what},
          {"where", finding.where},
          {"expected", finding.expected},
          {"required", finding.required},
          {"change", to_string(finding.change)},
          {"base", rate_json(finding.base)},
          {"current", rate_json(finding.current)},
          {"p", finding.p},
          {"evidence", finding.evidence},
          {"regression", finding.regression},
          {"fixed", finding.fixed}};
}

Json scenario_json(const ScenarioComparison& scenario) {
  Json json = {{"scenario", scenario.scenario},
               {"flavour", scenario.flavour},
               {"base", {{"attempts", scenario.base_attempts}, {"failed_runs", scenario.base_failed_runs}}},
               {"current", {{"attempts", scenario.current_attempts}, {"failed_runs", scenario.current_failed_runs}}},
               {"environment", Json::array()},
               {"findings", Json::array()},
               {"load", Json::array()}};
  for (const EnvironmentChange& change : scenario.environment) {
    json["environment"].push_back({{"what", change.what}, {"base", change.base}, {"current", change.current}});
  }
  for (const FindingChange& finding : scenario.findings) json["findings"].push_back(finding_json(finding));
  for (const FigureChange& figure : scenario.figures) {
    json["load"].push_back({{"name", figure.name},
                            {"base", spread_json(figure.base)},
                            {"current", spread_json(figure.current)},
                            {"apart", figure.apart}});
  }
  return json;
}

}  // namespace

std::string to_comparison_json(const Comparison& comparison) {
  Json json = {{"schema", "heapstorm.comparison/1"},
               {"regression", comparison.regression()},
               {"base", comparison.base},
               {"current", comparison.current},
               {"scenarios", Json::array()},
               {"only_in_base", comparison.only_in_base},
               {"only_in_current", comparison.only_in_current}};
  for (const ScenarioComparison& scenario : comparison.scenarios) json["scenarios"].push_back(scenario_json(scenario));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace heapstorm
