#include "harness/storm/engine/steering.h"

namespace heapstorm {
namespace {

// A look takes some ten microseconds, with logs that grow a tenth of the time at most.
constexpr std::int64_t period_us = 1000;

}  // namespace

Steering::Steering(const Load& load, const GoalCallback& reached, std::int64_t begun_us)
    : load_(load), reached_(reached), begun_us_(begun_us), next_us_(begun_us) {
  if (load.until) result_ = GoalResult{.goal = *load.until};
}

bool Steering::asks(std::int64_t now_us) {
  if (!result_ || result_->reached || !reached_) return false;
  if (load_.arrival != Arrival::stepwise && now_us < next_us_) return false;
  next_us_ = now_us + period_us;
  return true;
}

void Steering::storm_on() {
  if (!result_) result_ = GoalResult{.goal = Goal::findings};
}

bool Steering::finds_goal_reached(std::int64_t now_us, std::uint64_t begun) {
  if (!asks(now_us) || !reached_(result_->goal)) return false;
  result_->reached = true;
  result_->connections = begun;
  result_->at_ms = static_cast<std::uint64_t>(now_us - begun_us_) / 1000;
  return true;
}

std::optional<GoalResult> Steering::result_at_end(std::int64_t now_us, std::uint64_t begun) {
  next_us_ = now_us;
  finds_goal_reached(now_us, begun);
  return result_;
}

}  // namespace heapstorm
