// How long a client waits for what. These waits decide what is reported, and on a busy machine a server may go without
// a processor for seconds; one that answers costs no more when they are long.
#pragma once

#include <cstdint>
#include <limits>

namespace heapstorm {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t no_deadline = std::numeric_limits<std::int64_t>::max();

struct Timeouts {
  std::int64_t connect_us = 10 * second_us;
  std::int64_t handshake_us = 10 * second_us;
  // For each answer, and for the kernel to take a message that awaits none.
  std::int64_t read_us = 10 * second_us;
  std::int64_t close_us = 5 * second_us;
  // For what a server makes of a protocol fault. Many make nothing of some, and each of these holds a client so long.
  std::int64_t reaction_us = 2 * second_us;
  // TCP: after an answer shorter than its message, until it counts as whole. Servers send an answer in parts, a few
  // milliseconds apart.
  std::int64_t quiet_us = 100'000;
};

}  // namespace heapstorm
