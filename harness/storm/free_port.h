// Ports for servers that others start.
#pragma once

#include <cstdint>
#include <optional>

#include "harness/storm/storm.h"

namespace heapstorm {

// A port at the endpoint's address that nobody listens on at this moment, below the range from which the kernel takes
// ports for outgoing connections, so that no client of a storm sits on it. Another process may take it before its user
// does. Nothing if all tries failed.
std::optional<std::uint16_t> find_free_port(const Endpoint& endpoint);

// Whether nobody listens on the endpoint's port; true for an address that is not this machine's.
bool port_is_free(const Endpoint& endpoint);

}  // namespace heapstorm
