#include "harness/storm/engine/conductor.h"

#include <limits>

namespace heapstorm {

Conductor::Conductor(const Plan& plan, const StormOptions& options, Tally& tally, std::int64_t now_us)
    : load_(plan.load()), tally_(tally), options_(options), steering_(plan.load(), options.reached_goal, now_us) {
  if (options_.faults != nullptr) options_.faults->begin(now_us);
}

void Conductor::poll(std::int64_t now_us) {
  if (options_.faults != nullptr) options_.faults->poll(now_us);
}

std::int64_t Conductor::next_us() const {
  return options_.faults != nullptr ? options_.faults->next_us() : std::numeric_limits<std::int64_t>::max();
}

void Conductor::before_open(std::uint32_t connection) {
  if (options_.faults != nullptr) options_.faults->before_open(tally_.storm_opened());
  const bool is_warm_up = connection > 1 && connection <= load_.warm_up;
  if (is_warm_up && options_.on_warm_up) options_.on_warm_up();
}

bool Conductor::finds_goal_reached(std::int64_t now_us) {
  return steering_.finds_goal_reached(now_us, tally_.storm_attempted());
}

std::optional<GoalResult> Conductor::result_at_end(std::int64_t now_us) {
  return steering_.result_at_end(now_us, tally_.storm_attempted());
}

}  // namespace heapstorm
