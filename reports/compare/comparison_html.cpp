#include <nlohmann/json.hpp>
#include <string>

#include "reports/compare/comparison_reports.h"
#include "reports/html/cut_text.h"
#include "reports/html/page.h"

namespace heapstorm {
namespace {

using Json = nlohmann::ordered_json;

// Together they keep a page under 3 MB.
constexpr std::size_t scenarios_shown = 300;
constexpr std::size_t findings_bytes = 1 << 19;

// Regressions are the first in each scenario; the later scenarios keep what room is left.
void bound_findings(Json& scenario, std::size_t& bytes) {
  scenario["left_out"] = keep_what_fits(scenario["findings"], findings_bytes, bytes);
}

bool has_regression(const Json& scenario) {
  const Json& findings = scenario["findings"];
  return !findings.empty() && findings[0]["regression"] == true;
}

// Scenarios with a regression first, so that none of them is left out for one without.
Json::array_t put_regressions_first(Json::array_t&& scenarios) {
  Json::array_t sorted;
  for (const bool regression : {true, false}) {
    for (Json& scenario : scenarios) {
      if (scenario.is_object() && has_regression(scenario) == regression) sorted.push_back(std::move(scenario));
    }
  }
  return sorted;
}

void bound_scenarios(Json& data) {
  Json::array_t& scenarios = data["scenarios"].get_ref<Json::array_t&>();
  scenarios = put_regressions_first(std::move(scenarios));
  data["left_out"] = keep_first(data["scenarios"], scenarios_shown);
  std::size_t bytes = 0;
  for (Json& scenario : data["scenarios"]) bound_findings(scenario, bytes);
}

void bound_names(Json& data, const char* list) {
  const std::size_t more = keep_first(data[list], scenarios_shown);
  if (more != 0) data[list].push_back("and " + std::to_string(more) + " more");
}

}  // namespace

std::string to_comparison_html(const Comparison& comparison) {
  Json data = Json::parse(to_comparison_json(comparison));
  cut_texts(data);
  bound_scenarios(data);
  bound_names(data, "only_in_base");
  bound_names(data, "only_in_current");
  return fill_page(comparison_page, data.dump());
}

}  // namespace heapstorm
