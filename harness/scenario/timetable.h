// The Timetable of arrival "open": when each connection has to begin. A function of the scenario alone, in whole
// microseconds, the same on every machine. A plain value.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/scenario/scenario.h"

namespace heapstorm {

class Timetable {
 public:
  Timetable() = default;
  explicit Timetable(const std::vector<ArrivalPhase>& phases);

  // How many connections the phases begin in all; the greatest value if the last one never ends.
  std::uint64_t connection_count() const;

  // Of the `index`-th connection, from 0 and below connection_count(): its time since the first phase began.
  std::uint64_t start_us(std::uint64_t index) const;

 private:
  struct Stretch {
    ArrivalPhase phase;
    std::uint64_t begin_us;
    std::uint64_t first;  // index of its first connection
    std::uint64_t count;
  };
  std::vector<Stretch> stretches_;
};

}  // namespace heapstorm
