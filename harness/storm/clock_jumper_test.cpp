#include "harness/storm/clock_jumper.h"

#include <gtest/gtest.h>

#include <vector>

namespace heapstorm {
namespace {

ClockJump jump_every_ms(std::uint32_t every_ms, std::int64_t step_s, std::optional<std::uint32_t> times = {}) {
  ClockJump jump;
  jump.every_ms = every_ms;
  jump.step_s = step_s;
  jump.times = times;
  return jump;
}

// The steps of 100 ms, looked at every millisecond.
std::vector<std::int64_t> steps_of(const std::vector<Fault>& faults) {
  std::vector<std::int64_t> steps;
  const std::function<void(std::int64_t)> on_jump = [&](std::int64_t step_s) { steps.push_back(step_s); };
  StormProgress progress;
  Tally tally(progress);
  ClockJumper jumper(faults, on_jump, tally, 0);
  for (std::int64_t now_us = 0; now_us <= 100'000; now_us += 1000) jumper.poll(now_us);
  EXPECT_EQ(tally.result().clock_jumps, steps.size());
  return steps;
}

TEST(ClockJumper, JumpsForwardsAndBackwardsInTime) {
  EXPECT_EQ(steps_of({jump_every_ms(40, 3600), jump_every_ms(60, -86400)}),
            (std::vector<std::int64_t>{3600, -86400, 3600}));
}

TEST(ClockJumper, JumpsNotMoreOftenThanSaid) {
  EXPECT_EQ(steps_of({jump_every_ms(10, 5, 2)}), (std::vector<std::int64_t>{5, 5}));
}

TEST(ClockJumper, WithTimesZeroOrWithoutSuchAFaultItNeverJumps) {
  EXPECT_TRUE(steps_of({jump_every_ms(10, 5, 0)}).empty());
  EXPECT_TRUE(steps_of({ClockTick{1, {}, 1}}).empty());
  EXPECT_TRUE(steps_of({}).empty());
}

TEST(ClockJumper, JumpsOnceAfterAPause) {
  std::vector<std::int64_t> steps;
  const std::function<void(std::int64_t)> on_jump = [&](std::int64_t step_s) { steps.push_back(step_s); };
  StormProgress progress;
  Tally tally(progress);
  const std::vector<Fault> faults{jump_every_ms(1, -1)};
  ClockJumper jumper(faults, on_jump, tally, 0);
  jumper.poll(50'000);
  EXPECT_EQ(steps.size(), 1U);
  EXPECT_GT(jumper.next_us(), 50'000);
}

}  // namespace
}  // namespace heapstorm
