#include "targets/common/sessions/first_bytes.h"

#include <array>

namespace heapstorm::target {

namespace {

constexpr std::array<std::string_view, 9> method_starts = {"GET ",     "HEAD ",  "POST ",    "PUT ",  "DELETE ",
                                                           "CONNECT ", "TRACE ", "OPTIONS ", "PATCH "};

}  // namespace

Protocol protocol_of(std::string_view first_bytes) {
  for (const std::string_view start : method_starts) {
    if (first_bytes.starts_with(start)) return Protocol::http;
    if (start.starts_with(first_bytes)) return Protocol::undecided;
  }
  return Protocol::raw;
}

}  // namespace heapstorm::target
