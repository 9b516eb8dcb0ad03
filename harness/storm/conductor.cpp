#include "harness/storm/conductor.h"

#include <algorithm>

namespace heapstorm {

Conductor::Conductor(const Plan& plan, const StormOptions& options, Tally& tally, std::int64_t now_us)
    : load_(plan.load()),
      tally_(tally),
      ticker_(plan.faults(), options.on_clock_tick, tally, now_us),
      jumper_(plan.faults(), options.on_clock_jump, tally, now_us),
      restarter_(plan, options.on_worker_restart, tally, now_us),
      steering_(plan.load(), options.reached_goal, now_us) {}

void Conductor::poll(std::int64_t now_us) {
  ticker_.poll(now_us);
  jumper_.poll(now_us);
  restarter_.poll(now_us);
}

std::int64_t Conductor::next_us() const {
  return std::min({ticker_.next_us(), jumper_.next_us(), restarter_.next_us()});
}

void Conductor::before_open(std::uint32_t connection) {
  ticker_.before_open();
  jumper_.before_open();
  restarter_.before_open();
  if (connection > 1 && connection <= load_.warm_up) ticker_.tick_now();
}

bool Conductor::finds_goal_reached(std::int64_t now_us) {
  return steering_.finds_goal_reached(now_us, tally_.storm_attempted());
}

std::optional<GoalResult> Conductor::result_at_end(std::int64_t now_us) {
  return steering_.result_at_end(now_us, tally_.storm_attempted());
}

}  // namespace heapstorm
