// The schedule's perturbation: seeded, and nothing at all unless asked for.
#include "harness/heap/guards/perturbation.h"

#include <gtest/gtest.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "harness/heap/testing/heap_child.h"

namespace heapstorm::heap {
namespace {

// Which of 2,000 allocations fail. Failures are the decisions that can be seen from outside.
std::vector<bool> failures(heapstorm_heap_options options, std::uint32_t slot) {
  heapstorm_box_control counts{};
  Perturbation perturbation(options, slot, counts);
  std::vector<bool> failed;
  for (std::uint64_t nth = 1; nth <= 2000; ++nth) failed.push_back(perturbation.fails(nth, 0));
  return failed;
}

heapstorm_heap_options failing_options(std::uint64_t seed) {
  heapstorm_heap_options options = heapstorm_heap_defaults();
  options.perturb_seed = seed;
  options.fail_probability = 65536 / 4;
  return options;
}

std::size_t count(const std::vector<bool>& decisions) {
  return static_cast<std::size_t>(std::count(decisions.begin(), decisions.end(), true));
}

TEST(Perturbation, OneSeedGivesOneSequenceOfDecisions) {
  std::vector<bool> first = failures(failing_options(7), 3);
  EXPECT_EQ(first, failures(failing_options(7), 3));
  EXPECT_GT(count(first), 400u);  // 500 expected
  EXPECT_LT(count(first), 600u);
}

TEST(Perturbation, AnotherSeedOrThreadGivesAnotherSequence) {
  std::vector<bool> first = failures(failing_options(7), 3);
  EXPECT_NE(first, failures(failing_options(8), 3));
  EXPECT_NE(first, failures(failing_options(7), 4));
}

TEST(Perturbation, SchedulingDoesNotChangeWhichAllocationsFail) {
  heapstorm_heap_options options = failing_options(7);
  std::vector<bool> without = failures(options, 3);
  options.yield_probability = 65536;
  heapstorm_box_control counts{};
  Perturbation perturbation(options, 3, counts);
  std::vector<bool> with;
  for (std::uint64_t nth = 1; nth <= 2000; ++nth) {
    perturbation.perturb();
    with.push_back(perturbation.fails(nth, 0));
  }
  EXPECT_EQ(with, without);
}

TEST(Perturbation, ByDefaultItIsOffAndDoesNothing) {
  heapstorm_heap_options options = heapstorm_heap_defaults();
  options.perturb_seed = 7;  // A seed alone turns nothing on.
  heapstorm_box_control counts{};
  Perturbation perturbation(options, 0, counts);
  EXPECT_FALSE(perturbation.on());
  EXPECT_EQ(count(failures(options, 0)), 0u);
}

TEST(Perturbation, AnyWeightTurnsItOn) {
  heapstorm_heap_options options = heapstorm_heap_defaults();
  heapstorm_box_control counts{};
  auto on_with = [&](std::uint32_t heapstorm_heap_options::* weight) {
    heapstorm_heap_options one = options;
    one.*weight = 1;
    return Perturbation(one, 0, counts).on();
  };
  EXPECT_TRUE(on_with(&heapstorm_heap_options::delay_probability));
  EXPECT_TRUE(on_with(&heapstorm_heap_options::yield_probability));
  EXPECT_TRUE(on_with(&heapstorm_heap_options::fail_probability));
  options.fail_nth = 1;
  EXPECT_TRUE(Perturbation(options, 0, counts).on());
}

TEST(Perturbation, TheNthAllocationFailsOnceAndOnlyWithTheTag) {
  heapstorm_heap_options options = heapstorm_heap_defaults();
  options.fail_nth = 5;
  EXPECT_EQ(count(failures(options, 0)), 1u);
  EXPECT_TRUE(failures(options, 0)[4]);
  options.fail_only_tag = 9;
  heapstorm_box_control counts{};
  EXPECT_EQ(count(failures(options, 0)), 0u);
  EXPECT_TRUE(Perturbation(options, 0, counts).fails(5, 9));
}

// All that perturb() may do: yields (-1) and sleeps (how many microseconds), in this order.
using Steps = std::vector<std::int64_t>;
thread_local Steps* recorded = nullptr;  // While it is set, a yield or a sleep is only noted.

Steps steps_of(const heapstorm_heap_options& options, std::uint32_t slot, int operations = 5000) {
  heapstorm_box_control counts{};
  Perturbation perturbation(options, slot, counts);
  Steps steps;
  recorded = &steps;
  for (int i = 0; i < operations; ++i) perturbation.perturb();
  recorded = nullptr;
  return steps;
}

heapstorm_heap_options shaking_options(std::uint64_t seed) {
  heapstorm_heap_options options = heapstorm_heap_defaults();
  options.perturb_seed = seed;
  options.delay_probability = 2000;
  options.delay_us = 300;
  options.yield_probability = 8000;
  return options;
}

TEST(Perturbation, OneSeedGivesOneSequenceOfDelaysAndYields) {
  Steps first = steps_of(shaking_options(7), 3);
  EXPECT_GT(first.size(), 100u);
  EXPECT_EQ(first, steps_of(shaking_options(7), 3));
  EXPECT_NE(first, steps_of(shaking_options(8), 3));
  EXPECT_NE(first, steps_of(shaking_options(7), 4));
}

TEST(Perturbation, DelaysStayBelowTheLongest) {
  Steps steps = steps_of(shaking_options(7), 3);
  EXPECT_LE(*std::max_element(steps.begin(), steps.end()), 300);
  EXPECT_GT(*std::max_element(steps.begin(), steps.end()), 200);  // 150 draws from 0 to 300
}

TEST(Perturbation, EachWeightDoesItsOwnThingOnly) {
  heapstorm_heap_options options = heapstorm_heap_defaults();
  options.perturb_seed = 7;
  EXPECT_EQ(steps_of(options, 3), Steps());

  heapstorm_heap_options yields = options;
  yields.yield_probability = 65536;
  EXPECT_EQ(steps_of(yields, 3, 100), Steps(100, -1));

  heapstorm_heap_options delays = options;
  delays.delay_probability = 65536;
  delays.delay_us = 50;
  Steps slept = steps_of(delays, 3, 100);
  EXPECT_EQ(slept.size(), 100u);
  EXPECT_GE(*std::min_element(slept.begin(), slept.end()), 0);
}

TEST(Perturbation, CountsWhatItDoes) {
  heapstorm_heap_options options = shaking_options(7);
  options.fail_nth = 3;
  heapstorm_box_control counts{};
  Perturbation perturbation(options, 3, counts);
  Steps steps;
  recorded = &steps;
  for (std::uint64_t nth = 1; nth <= 1000; ++nth) {
    perturbation.perturb();
    EXPECT_EQ(perturbation.fails(nth, 0), nth == 3);
    EXPECT_EQ(counts.allocation_failures_survived, nth > 3 ? 1u : 0u);
  }
  recorded = nullptr;
  EXPECT_EQ(counts.allocation_failures, 1u);
  EXPECT_EQ(counts.heap_yields, static_cast<std::uint64_t>(std::count(steps.begin(), steps.end(), -1)));
  EXPECT_EQ(counts.heap_delays + counts.heap_yields, steps.size());
}

TEST(Perturbation, LeavesAProgramAloneUntilItListensIfSoWanted) {
  heapstorm_heap_options options = shaking_options(7);
  options.fail_probability = 65536;
  options.only_while_listening = 1;
  heapstorm_box_control counts{};
  Perturbation perturbation(options, 3, counts);
  for (const auto stage : {HEAPSTORM_STAGE_STARTING, HEAPSTORM_STAGE_STOPPING}) {
    counts.stage = stage;
    EXPECT_FALSE(perturbation.may_fail(0));
    for (int i = 0; i < 1000; ++i) perturbation.perturb();
  }
  EXPECT_EQ(counts.heap_delays + counts.heap_yields, 0u);
  counts.stage = HEAPSTORM_STAGE_LISTENING;
  EXPECT_TRUE(perturbation.may_fail(0));
}

// How often a thread that uses the heap is made to wait.
void expect_waits(const heapstorm_heap_options& options, std::size_t expected) {
  HeapChild child(options, [expected] {
    Steps steps;
    recorded = &steps;
    for (int i = 0; i < 200; ++i) {
      heapstorm_free(heapstorm_allocate(40, 0));
      heapstorm_yield_point();
    }
    recorded = nullptr;
    if (steps.size() != expected) _exit(1);
  });
  EXPECT_TRUE(child.exited_cleanly());
}

TEST(Perturbation, EveryHeapOperationAndYieldPointIsPerturbedOnlyWhenAskedFor) {
  heapstorm_heap_options options = test_options(HEAPSTORM_BACKEND_MIMALLOC);
  options.perturb_seed = 7;
  options.delay_us = 10;
  expect_waits(options, 0);
  options.delay_probability = 65536;
  expect_waits(options, 200 * 3);
}

}  // namespace

bool record(std::int64_t step) {
  if (recorded == nullptr) return false;
  recorded->push_back(step);
  return true;
}

}  // namespace heapstorm::heap

// The program is linked with --wrap for both (see CMakeLists.txt): what calls them comes here first.
extern "C" {

int __real_nanosleep(const timespec* duration, timespec* rest);
int __real_sched_yield();

int __wrap_nanosleep(const timespec* duration, timespec* rest) {
  if (heapstorm::heap::record(duration->tv_sec * 1'000'000 + duration->tv_nsec / 1000)) return 0;
  return __real_nanosleep(duration, rest);
}

int __wrap_sched_yield() {
  return heapstorm::heap::record(-1) ? 0 : __real_sched_yield();
}

}  // extern "C"
