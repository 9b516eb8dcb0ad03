#include "reports/junit/xml_text.h"

#include <algorithm>

#include "harness/base/printable.h"
#include "harness/base/utf8.h"

namespace heapstorm {
namespace {

// U+FFFE and U+FFFF are valid UTF-8, but no characters of XML.
constexpr std::string_view not_in_xml_prefix = "\xef\xbf";

bool is_no_xml_character(std::string_view rest) {
  return rest.size() >= 3 && rest.starts_with(not_in_xml_prefix) && (rest[2] == '\xbe' || rest[2] == '\xbf');
}

std::string escape_markup(std::string_view text) {
  std::string xml;
  xml.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_no_xml_character(text.substr(i))) {
      xml += "\xef\xbf\xbd";
      i += 2;
      continue;
    }
    switch (text[i]) {
      case '&':
        xml += "&amp;";
        break;
      case '<':
        xml += "&lt;";
        break;
      case '>':
        xml += "&gt;";
        break;
      case '"':
        xml += "&quot;";
        break;
      default:
        xml += text[i];
    }
  }
  return xml;
}

}  // namespace

std::string xml_text(std::string_view text) {
  const std::string valid = valid_utf8(text);
  const std::string_view rest = valid;
  std::string xml;
  std::size_t begin = 0;
  while (begin <= rest.size()) {
    const std::size_t end = std::min(rest.find_first_of("\n\t", begin), rest.size());
    xml += escape_markup(printable(rest.substr(begin, end - begin)));
    if (end < rest.size()) xml += rest[end];
    begin = end + 1;
  }
  return xml;
}

std::string xml_value(std::string_view text) {
  return escape_markup(printable(valid_utf8(text)));
}

}  // namespace heapstorm
