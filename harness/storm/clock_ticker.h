// The ClockTicker: calls the storm's owner for each clock tick that the plan wants, by wall time or by opens.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "harness/scenario/scenario.h"
#include "harness/storm/cadence.h"
#include "harness/storm/engine/tally.h"

namespace heapstorm {

class ClockTicker {
 public:
  ClockTicker(const std::vector<Fault>& faults, const std::function<void(std::uint32_t)>& on_tick, Tally& tally,
              std::int64_t now_us);

  // Ticks once for each tick that is due by wall time.
  void poll(std::int64_t now_us);

  // When poll() has to be called next; the greatest value if never.
  std::int64_t next_us() const;

  // Ticks if that many opens are complete. Call it before every open, so that a tick always lies between two of them.
  void before_open();

  // One second, whatever the plan's own ticks.
  void tick_now() { tick(1, 1); }

 private:
  struct Ticks {
    Cadence cadence;
    std::uint32_t step_s;
  };

  void tick(std::uint32_t times, std::uint32_t step_s);

  const std::function<void(std::uint32_t)>& on_tick_;
  Tally& tally_;
  std::vector<Ticks> ticks_;
};

}  // namespace heapstorm
