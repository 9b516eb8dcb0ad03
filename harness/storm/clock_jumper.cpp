#include "harness/storm/clock_jumper.h"

#include <algorithm>
#include <limits>
#include <variant>

namespace heapstorm {

ClockJumper::ClockJumper(const std::vector<Fault>& faults, const std::function<void(std::int64_t)>& on_jump,
                         Tally& tally, std::int64_t now_us)
    : on_jump_(on_jump), tally_(tally) {
  for (const Fault& fault : faults) {
    const auto* jump = std::get_if<ClockJump>(&fault);
    if (jump == nullptr) continue;
    const std::uint32_t times = jump->times.value_or(std::numeric_limits<std::uint32_t>::max());
    jumps_.push_back({Cadence(jump->every_ms, jump->every_opens, now_us), jump->step_s, times});
  }
}

void ClockJumper::poll(std::int64_t now_us) {
  for (Jumps& jumps : jumps_) jump(std::min(jumps.cadence.due_by_time(now_us), 1u), jumps);
}

std::int64_t ClockJumper::next_us() const {
  std::int64_t next = std::numeric_limits<std::int64_t>::max();
  for (const Jumps& jumps : jumps_) {
    if (jumps.left > 0) next = std::min(next, jumps.cadence.next_us());
  }
  return next;
}

void ClockJumper::before_open() {
  for (Jumps& jumps : jumps_) jump(jumps.cadence.due_by_opens(tally_.storm_opened()), jumps);
}

void ClockJumper::jump(std::uint32_t times, Jumps& jumps) {
  for (; times > 0 && jumps.left > 0; --times, --jumps.left) {
    tally_.on_clock_jump();
    if (on_jump_) on_jump_(jumps.step_s);
  }
}

}  // namespace heapstorm
