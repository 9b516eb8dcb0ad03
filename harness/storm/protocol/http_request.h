// The heads of the requests that a storm's clients send.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/scenario/scenario.h"

namespace heapstorm {

// Appends each as a header line with its CRLF.
void append_headers(std::string& out, const Headers& headers);

// Appends a whole GET request. `fields` are complete header lines, each with its CRLF.
void append_get(std::string& out, std::string_view path, std::string_view host, std::string_view fields,
                std::uint32_t connection_number);

}  // namespace heapstorm
