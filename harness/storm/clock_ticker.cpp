#include "harness/storm/clock_ticker.h"

#include <algorithm>
#include <limits>
#include <variant>

namespace heapstorm {

ClockTicker::ClockTicker(const std::vector<Fault>& faults, const std::function<void(std::uint32_t)>& on_tick,
                         Tally& tally, std::int64_t now_us)
    : on_tick_(on_tick), tally_(tally) {
  for (const Fault& fault : faults) {
    const auto* tick = std::get_if<ClockTick>(&fault);
    if (tick != nullptr) ticks_.push_back({Cadence(tick->every_ms, tick->every_opens, now_us), tick->step_s});
  }
}

void ClockTicker::poll(std::int64_t now_us) {
  for (Ticks& ticks : ticks_) tick(ticks.cadence.due_by_time(now_us), ticks.step_s);
}

std::int64_t ClockTicker::next_us() const {
  std::int64_t next = std::numeric_limits<std::int64_t>::max();
  for (const Ticks& ticks : ticks_) next = std::min(next, ticks.cadence.next_us());
  return next;
}

void ClockTicker::before_open() {
  for (Ticks& ticks : ticks_) tick(ticks.cadence.due_by_opens(tally_.storm_opened()), ticks.step_s);
}

void ClockTicker::tick(std::uint32_t times, std::uint32_t step_s) {
  for (; times > 0; --times) {
    tally_.on_clock_tick();
    if (on_tick_) on_tick_(step_s);
  }
}

}  // namespace heapstorm
