#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "reports/history/history_reports.h"
#include "reports/html/cut_text.h"
#include "reports/html/page.h"

namespace heapstorm {
namespace {

using Json = nlohmann::ordered_json;

// Together they keep a page under 3 MB.
constexpr std::size_t scenarios_shown = 200;
constexpr std::size_t rates_shown = 5;  // a plot with more lines cannot be read
constexpr std::size_t findings_bytes = 512 << 10;
constexpr std::size_t points_bytes = 1 << 20;  // of all scenarios

using Names = std::map<std::string, std::string>;  // by fingerprint

Names names_of(const Json& findings) {
  Names names;
  for (const Json& finding : findings) names[finding["fingerprint"]] = finding["what"];
  return names;
}

void keep_newest(Json& points, std::size_t max_bytes) {
  Json::array_t& entries = points.get_ref<Json::array_t&>();
  std::reverse(entries.begin(), entries.end());
  std::size_t bytes = 0;
  keep_what_fits(points, max_bytes, bytes);
  std::reverse(entries.begin(), entries.end());
}

void bound_scenario(Json& scenario, std::size_t max_bytes) {
  const std::size_t left_out = keep_first(scenario["findings"], rates_shown);
  scenario["more_findings"] = scenario["more_findings"].get<std::size_t>() + left_out;
  const std::size_t all_points = scenario["points"].size();
  for (Json& point : scenario["points"]) keep_first(point["findings"], scenario["findings"].size());
  keep_newest(scenario["points"], max_bytes);
  scenario["points_left_out"] = all_points - scenario["points"].size();
}

// What a plot calls each of its lines.
void name_findings(Json& scenario, const Names& names) {
  scenario["names"] = Json::array();
  for (const Json& fingerprint : scenario["findings"]) {
    const auto name = names.find(fingerprint.get_ref<const std::string&>());
    scenario["names"].push_back(name == names.end() ? "" : name->second);
  }
}

}  // namespace

std::string to_history_html(const History& history) {
  Json data = Json::parse(to_history_json(history));
  const Names names = names_of(data["findings"]);
  data["scenarios_left_out"] = keep_first(data["scenarios"], scenarios_shown);
  for (Json& scenario : data["scenarios"]) {
    bound_scenario(scenario, points_bytes / data["scenarios"].size());
    name_findings(scenario, names);
  }
  cut_texts(data);
  std::size_t bytes = 0;
  data["findings_left_out"] = keep_what_fits(data["findings"], findings_bytes, bytes);
  return fill_page(history_page, data.dump());
}

}  // namespace heapstorm
