#include <nlohmann/json.hpp>

#include "reports/compare/figure_json.h"
#include "reports/history/history_reports.h"
#include "reports/json/utc_time.h"

namespace heapstorm {
namespace {

using Json = nlohmann::ordered_json;

Json sighting_json(const HistorySighting& sighting) {
  return {{"at", utc_text(sighting.at_ms)},
          {"scenario", sighting.scenario},
          {"flavour", sighting.flavour},
          {"seed", sighting.seed},
          {"tool_version", sighting.tool_version}};
}

Json finding_json(const FindingHistory& finding) {
  return {{"fingerprint", finding.fingerprint},
          {"what", finding.what},
          {"where", finding.where},
          {"runs", finding.runs},
          {"first", sighting_json(finding.first)},
          {"last", sighting_json(finding.last)}};
}

Json point_json(const HistoryPoint& point) {
  Json json = {{"at", utc_text(point.at_ms)}, {"tool_version", point.tool_version}, {"failed_runs", point.failed_runs},
               {"any", rate_json(point.any)}, {"findings", Json::array()},          {"load", Json::array()}};
  for (const HitRate& rate : point.findings) json["findings"].push_back(rate_json(rate));
  for (const Spread& spread : point.figures) {
    json["load"].push_back(spread.runs == 0 ? Json(nullptr) : spread_json(spread));
  }
  return json;
}

Json scenario_json(const ScenarioHistory& scenario) {
  Json json = {{"scenario", scenario.scenario},
               {"flavour", scenario.flavour},
               {"findings", scenario.findings},
               {"more_findings", scenario.more_findings},
               {"points", Json::array()}};
  for (const HistoryPoint& point : scenario.points) json["points"].push_back(point_json(point));
  return json;
}

}  // namespace

std::string to_history_json(const History& history) {
  Json json = {{"schema", "heapstorm.history/1"},
               {"runs", history.runs},
               {"figures", history.figures},
               {"findings", Json::array()},
               {"scenarios", Json::array()}};
  for (const FindingHistory& finding : history.findings) json["findings"].push_back(finding_json(finding));
  for (const ScenarioHistory& scenario : history.scenarios) json["scenarios"].push_back(scenario_json(scenario));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace heapstorm
