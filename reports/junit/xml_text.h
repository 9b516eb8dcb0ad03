// Text as XML holds it.
#pragma once

#include <string>
#include <string_view>

namespace heapstorm {

// For character data: markup is escaped, line breaks and tabs stay. Any bytes give well-formed XML 1.0: what is no
// UTF-8 becomes U+FFFD, and a control character, which XML cannot hold even escaped, becomes \xHH.
std::string xml_text(std::string_view text);

// For a value between double quotes: the same, with line breaks and tabs as \xHH too, because a reader would make
// blanks of them.
std::string xml_value(std::string_view text);

}  // namespace heapstorm
