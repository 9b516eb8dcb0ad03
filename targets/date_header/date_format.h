// The HTTP date, "Sun, 06 Nov 1994 08:49:37 GMT" (IMF-fixdate, RFC 9110, section 5.6.7).
#pragma once

#include <cstdint>
#include <string>

namespace heapstorm::targets::date_header {

// `time`: seconds since 1970, in the years 1970 to 9999. Always 29 characters; does not look at the locale.
std::string format_date(std::int64_t time);

}  // namespace heapstorm::targets::date_header
