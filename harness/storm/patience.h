// How long a client waits for what. These waits decide what is reported, and on a busy machine a server may go without
// a processor for seconds; one that answers costs no more when they are long.
#pragma once

#include <cstdint>
#include <limits>

namespace heapstorm {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t connect_deadline_us = 10 * second_us;
constexpr std::int64_t handshake_deadline_us = 10 * second_us;
constexpr std::int64_t read_deadline_us = 10 * second_us;
constexpr std::int64_t close_deadline_us = 5 * second_us;
// For what a server makes of a protocol fault. Many make nothing of some, and each of these holds a client so long.
constexpr std::int64_t reaction_deadline_us = 2 * second_us;
constexpr std::int64_t no_deadline = std::numeric_limits<std::int64_t>::max();

}  // namespace heapstorm
