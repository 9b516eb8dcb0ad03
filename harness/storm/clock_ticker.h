// The ClockTicker: calls the storm's owner for each clock tick that the plan wants, by wall time or by opens.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "harness/scenario/scenario.h"
#include "harness/storm/tally.h"

namespace heapstorm {

class ClockTicker {
 public:
  ClockTicker(const std::vector<Fault>& faults, const std::function<void(std::uint32_t)>& on_tick, Tally& tally,
              std::int64_t now_us);

  // Ticks once for each tick that is due by wall time. After a pause, at most 1000 times in a row; the rest is dropped.
  void poll(std::int64_t now_us);

  // When poll() has to be called next; the greatest value if never.
  std::int64_t next_us() const;

  // An open is complete.
  void on_opened() { ++opens_; }
  // Ticks if that many opens are complete. Call it before every open, so that a tick always lies between two of them.
  void before_open();

  // One second, whatever the plan's own ticks.
  void tick_now() { tick(1); }

 private:
  struct Timer {
    std::int64_t period_us;
    std::int64_t next_us;
    std::uint32_t step_s;
  };
  struct OpenCounter {
    std::uint64_t every;
    std::uint64_t next;
    std::uint32_t step_s;
  };

  void tick(std::uint32_t step_s);
  void poll(Timer& timer, std::int64_t now_us);

  const std::function<void(std::uint32_t)>& on_tick_;
  Tally& tally_;
  std::vector<Timer> timers_;
  std::vector<OpenCounter> counters_;
  std::uint64_t opens_ = 0;
};

}  // namespace heapstorm
