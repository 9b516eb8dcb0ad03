#include "reports/html/page.h"

#include "harness/base/check.h"

namespace heapstorm {
namespace {

constexpr std::string_view data_place = "@DATA@";

// Inside a script element only these could end it or open a comment; in JSON they occur in strings only.
std::string without_markup(std::string_view json) {
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

std::string fill_page(std::string_view page, std::string_view json) {
  const std::size_t place = page.find(data_place);
  HEAPSTORM_CHECK(place != std::string_view::npos);
  std::string filled(page.substr(0, place));
  filled += without_markup(json);
  filled += page.substr(place + data_place.size());
  return filled;
}

}  // namespace heapstorm
