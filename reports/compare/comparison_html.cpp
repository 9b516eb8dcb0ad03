#include "reports/compare/comparison_html.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/compare/comparison_json.h"
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
  Json::array_t& findings = scenario["findings"].get_ref<Json::array_t&>();
  std::size_t kept = 0;
  while (kept < findings.size() && bytes < findings_bytes) bytes += findings[kept++].dump().size();
  scenario["left_out"] = findings.size() - kept;
  findings.resize(kept);
}

bool has_regression(const Json& scenario) {
  const Json& findings = scenario["findings"];
  return !findings.empty() && findings[0]["regression"] == true;
}

// Scenarios with a regression first, so that none of them is left out for one without.
Json::array_t ordered(Json::array_t&& scenarios) {
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
  scenarios = ordered(std::move(scenarios));
  const std::size_t shown = std::min(scenarios.size(), scenarios_shown);
  data["left_out"] = scenarios.size() - shown;
  scenarios.resize(shown);
  std::size_t bytes = 0;
  for (Json& scenario : scenarios) bound_findings(scenario, bytes);
}

void bound_names(Json& data, const char* list) {
  Json::array_t& names = data[list].get_ref<Json::array_t&>();
  if (names.size() <= scenarios_shown) return;
  const std::size_t more = names.size() - scenarios_shown;
  names.resize(scenarios_shown);
  names.emplace_back("and " + std::to_string(more) + " more");
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
