// The Steering: whether the storm has reached what it is to go on for. It asks the storm's owner, who sees the
// target; what the storm does then is the engine's.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "harness/scenario/scenario.h"
#include "harness/storm/storm.h"

namespace heapstorm {

class Steering {
 public:
  // Both references must outlive it.
  Steering(const Load& load, const GoalCallback& reached, std::int64_t begun_us);

  // True once: when the goal is found to be reached, with `begun` connections begun. To be called again and again. It
  // asks every millisecond; if arrival is stepwise every time, so that the storm ends at the same step each time.
  bool finds_goal_reached(std::int64_t now_us, std::uint64_t begun);

  // A load without a goal goes on for the findings that are still expected.
  void storm_on();
  bool has_reached_goal() const { return result_ && result_->reached; }

  // Asks a last time, because what came last may have been missed. Nothing: the storm has no goal.
  std::optional<GoalResult> result_at_end(std::int64_t now_us, std::uint64_t begun);

 private:
  bool asks(std::int64_t now_us);

  const Load& load_;
  const GoalCallback& reached_;
  std::int64_t begun_us_;
  std::int64_t next_us_;
  std::optional<GoalResult> result_;
};

}  // namespace heapstorm
