// How many threads a storm's clients run on.
#pragma once

#include <cstdint>

#include "harness/scenario/scenario.h"

namespace heapstorm {

// One where one connection of the load waits for another (see may_be_shared()). Else what the load says, or as many as
// are of use and leave the server its processors: half of them, and a thread for no fewer than 32 clients.
std::uint32_t client_threads(const Load& load, std::uint32_t processors);

// The part of `total` that falls to `one` of `all`, counted from 0; the parts differ by 1 at most.
constexpr std::uint32_t part_of(std::uint32_t total, std::uint32_t one, std::uint32_t all) {
  return total / all + (one < total % all ? 1 : 0);
}

}  // namespace heapstorm
