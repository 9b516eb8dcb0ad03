// The Conductor: what the plan wants of a storm beside its connections. Faults of the target happen when they are due,
// and the storm ends when it has reached its goal. A storm has one, however many engines.
#pragma once

#include <cstdint>
#include <optional>

#include "harness/storm/client/tally.h"
#include "harness/storm/engine/steering.h"
#include "harness/storm/storm.h"

namespace heapstorm {

// Used by one thread, on which the storm's owner is called.
class Conductor {
 public:
  // All references must outlive it.
  Conductor(const Plan& plan, const StormOptions& options, Tally& tally, std::int64_t now_us);

  // Does what is due by wall time.
  void poll(std::int64_t now_us);
  // When poll() has to be called next; the greatest value if never.
  std::int64_t next_us() const;

  // Does what is due by opens. To be called before each; `connection` is its place in its round.
  void before_open(std::uint32_t connection);

  // True once. To be called again and again.
  bool finds_goal_reached(std::int64_t now_us);
  // Asks from now on for the findings that are still expected, if the load has no goal of its own.
  void storm_on() { steering_.storm_on(); }
  bool has_reached_goal() const { return steering_.has_reached_goal(); }

  // Asks a last time. Nothing: the storm has no goal.
  std::optional<GoalResult> result_at_end(std::int64_t now_us);

 private:
  const Load& load_;
  Tally& tally_;
  const StormOptions& options_;
  Steering steering_;
};

}  // namespace heapstorm
