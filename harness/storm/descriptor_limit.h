// The process's limit of open descriptors.
#pragma once

#include <cstdint>

namespace heapstorm {

// What the rest of the runner may need beside the storm's sockets.
constexpr std::uint64_t descriptors_for_others = 64;

// The most this process may raise its limit to.
std::uint64_t hard_descriptor_limit();

// Raises the soft limit to `wanted` or the hard limit, whichever is less; never lowers it.
void raise_descriptor_limit(std::uint64_t wanted);

}  // namespace heapstorm
