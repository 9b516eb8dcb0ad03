// Which of the expected findings a storm goes on for, and how long.
//
// A race needs two threads at the same place at the same time, and how often they meet depends on what else the machine
// does. So a storm that expects findings goes on, with further connections by the same rules, until it has them. What
// shows only when the target stops cannot be had that way. A finding's kind says which of the two it is, as far as a
// kind can; the scenario says it exactly, by `when`.
#pragma once

#include <cstdint>

#include "harness/scenario/scenario.h"

namespace heapstorm {

enum class Waiting {
  none,         // it shows when the target stops, or is decided afterwards
  some_rounds,  // it may show either way
  to_the_end,   // it shows while the target serves: as long as limits.time_s allows
};

// Of some_rounds: a double free, say, may need luck, or be in a destructor that runs at the target's end. Ten times the
// connections find what one in three storms finds in 99 of 100 runs; the time bounds what the others cost.
constexpr std::uint32_t max_further_rounds = 10;
constexpr std::uint64_t max_further_ms = 5000;

Waiting waiting_for(const FindingPattern& pattern);

}  // namespace heapstorm
