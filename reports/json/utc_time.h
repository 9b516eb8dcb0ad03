// A moment as text: "2026-11-22T05:59:41.123Z".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace heapstorm {

// Milliseconds since 1970, without leap seconds; the end of the year 9999 for all that is later.
std::string utc_text(std::uint64_t ms);

// What utc_text writes, and nothing else: nothing for every other text.
std::optional<std::uint64_t> parse_utc(std::string_view text);

}  // namespace heapstorm
