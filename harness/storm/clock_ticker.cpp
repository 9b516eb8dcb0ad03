#include "harness/storm/clock_ticker.h"

#include <algorithm>
#include <limits>
#include <variant>

namespace heapstorm {
namespace {

constexpr int max_ticks_in_a_row = 1000;

}  // namespace

ClockTicker::ClockTicker(const std::vector<Fault>& faults, const std::function<void(std::uint32_t)>& on_tick,
                         Tally& tally, std::int64_t now_us)
    : on_tick_(on_tick), tally_(tally) {
  for (const Fault& fault : faults) {
    const auto* tick = std::get_if<ClockTick>(&fault);
    if (tick == nullptr) continue;
    if (tick->every_ms && *tick->every_ms > 0) {
      const std::int64_t period_us = static_cast<std::int64_t>(*tick->every_ms) * 1000;
      timers_.push_back({period_us, now_us + period_us, tick->step_s});
    }
    if (tick->every_opens && *tick->every_opens > 0) {
      counters_.push_back({*tick->every_opens, *tick->every_opens, tick->step_s});
    }
  }
}

void ClockTicker::poll(std::int64_t now_us) {
  for (Timer& timer : timers_) poll(timer, now_us);
}

void ClockTicker::poll(Timer& timer, std::int64_t now_us) {
  for (int ticks = 0; timer.next_us <= now_us; ++ticks) {
    if (ticks == max_ticks_in_a_row) {
      timer.next_us = now_us + timer.period_us;
      return;
    }
    timer.next_us += timer.period_us;
    tick(timer.step_s);
  }
}

std::int64_t ClockTicker::next_us() const {
  std::int64_t next = std::numeric_limits<std::int64_t>::max();
  for (const Timer& timer : timers_) next = std::min(next, timer.next_us);
  return next;
}

void ClockTicker::before_open() {
  for (OpenCounter& counter : counters_) {
    while (counter.next <= opens_) {
      counter.next += counter.every;
      tick(counter.step_s);
    }
  }
}

void ClockTicker::tick(std::uint32_t step_s) {
  tally_.on_clock_tick();
  if (on_tick_) on_tick_(step_s);
}

}  // namespace heapstorm
