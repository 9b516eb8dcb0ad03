#include "harness/runner/heap_fault_options.h"

#include <gtest/gtest.h>

namespace heapstorm {
namespace {

using Words = std::vector<std::string>;

TEST(HeapFaultOptions, SayWhatFails) {
  EXPECT_EQ(heap_fault_options({AllocationFailure{.nth = 5, .tag = ""}}, 7),
            (Words{"--fail-nth", "5", "--perturb-seed", "7"}));
  EXPECT_EQ(heap_fault_options({AllocationFailure{.one_in = 4, .tag = "session"}}, 7),
            (Words{"--fail-probability", "16384", "--fail-only-tag", "session", "--perturb-seed", "7"}));
}

TEST(HeapFaultOptions, SayWhoWaits) {
  EXPECT_EQ(
      heap_fault_options({HeapDelay{2, 50}, HeapYield{65536}}, 1),
      (Words{"--delay-probability", "32768", "--delay-us", "50", "--yield-probability", "1", "--perturb-seed", "1"}));
}

TEST(HeapFaultOptions, OfWhatNeverHappensSayNothing) {
  EXPECT_EQ(heap_fault_options({}, 7), Words());
  EXPECT_EQ(heap_fault_options({AllocationFailure{}, HeapDelay{}, HeapYield{}, ClockTick{}}, 7), Words());
}

}  // namespace
}  // namespace heapstorm
