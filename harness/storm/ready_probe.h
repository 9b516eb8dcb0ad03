// One look at a server: does it accept, does it answer?
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/storm/storm.h"

namespace heapstorm {

// Requires check_endpoint(). Blocks for `deadline_ms` at most.
bool accepts_connections(const Endpoint& endpoint, std::uint32_t deadline_ms);

// The status of a GET, through TLS if the endpoint has that, whatever the server's certificate; nothing without a whole
// head of a response by the deadline.
std::optional<int> http_status(const Endpoint& endpoint, const std::string& path, std::uint32_t deadline_ms);

}  // namespace heapstorm
