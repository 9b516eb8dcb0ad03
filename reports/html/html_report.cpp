#include "reports/html/html_report.h"

#include <nlohmann/json.hpp>

#include "reports/html/page.h"
#include "reports/html/page_data.h"

namespace heapstorm {

std::string to_html(const RunResult& result, const HtmlSources& sources) {
  const auto replace = nlohmann::ordered_json::error_handler_t::replace;
  return fill_page(report_page, page_data(result, sources).dump(-1, ' ', false, replace));
}

}  // namespace heapstorm
