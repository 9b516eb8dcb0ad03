#include "reports/html/html_report.h"

#include <nlohmann/json.hpp>

#include "reports/html/page.h"
#include "reports/html/page_data.h"
#include "reports/html/source_excerpts.h"

namespace heapstorm {

std::string to_html(const RunResult& result, const HtmlSources& sources) {
  const auto replace = nlohmann::ordered_json::error_handler_t::replace;
  return fill_page(report_page, page_data(result, sources).dump(-1, ' ', false, replace));
}

Result<std::string> HtmlReport::write(const RunResult& result, const ReportStyle&) const {
  HtmlSources sources{std::nullopt, source_folders(result.scenario_file)};
  if (const auto box = open_black_box(result)) sources.lanes = make_timeline(BlackBoxReader(box->bytes()));
  return to_html(result, sources);
}

}  // namespace heapstorm
