#include "reports/html/html_report.h"

#include <nlohmann/json.hpp>

#include "harness/base/check.h"
#include "reports/html/page.h"
#include "reports/html/page_data.h"

namespace heapstorm {
namespace {

constexpr std::string_view data_place = "@DATA@";

// Inside a script element only these could end it or open a comment; in JSON they occur in strings only.
std::string without_markup(const std::string& json) {
  std::string safe;
  safe.reserve(json.size() + json.size() / 16);
  for (const char character : json) {
    if (character == '<') {
      safe += "\\u003c";
    } else if (character == '>') {
      safe += "\\u003e";
    } else if (character == '&') {
      safe += "\\u0026";
    } else {
      safe += character;
    }
  }
  return safe;
}

}  // namespace

std::string to_html(const RunResult& result, const HtmlSources& sources) {
  const std::size_t place = report_page.find(data_place);
  HEAPSTORM_CHECK(place != std::string_view::npos);
  const auto replace = nlohmann::ordered_json::error_handler_t::replace;
  std::string page(report_page.substr(0, place));
  page += without_markup(page_data(result, sources).dump(-1, ' ', false, replace));
  page += report_page.substr(place + data_place.size());
  return page;
}

}  // namespace heapstorm
