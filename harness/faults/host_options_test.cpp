// What target_host is told of the plan's faults on its command line.
#include <gtest/gtest.h>

#include "harness/faults/testing/fault_of.h"

namespace heapstorm {
namespace {

using test::fault_of;
using Words = std::vector<std::string>;

TEST(HostOptions, SayWhatFails) {
  EXPECT_EQ(host_options({fault_of("allocation_failure", {{"nth", 5}})}, 7),
            (Words{"--fail-nth", "5", "--perturb-seed", "7"}));
  EXPECT_EQ(host_options({fault_of("allocation_failure", {{"one_in", 4}, {"tag", "session"}})}, 7),
            (Words{"--fail-probability", "16384", "--fail-only-tag", "session", "--perturb-seed", "7"}));
}

TEST(HostOptions, SayWhoWaits) {
  EXPECT_EQ(
      host_options(
          {fault_of("heap_delay", {{"one_in", 2}, {"up_to_us", 50}}), fault_of("heap_yield", {{"one_in", 65536}})}, 1),
      (Words{"--delay-probability", "32768", "--delay-us", "50", "--yield-probability", "1", "--perturb-seed", "1"}));
}

TEST(HostOptions, SayThatOrdersWillCome) {
  EXPECT_EQ(host_options({fault_of("worker_stall", {{"every_ms", 5}})}, 7), (Words{"--yield-points", "1"}));
  EXPECT_EQ(host_options({fault_of("worker_stall", {{"every_ms", 5}, {"times", 0}})}, 7), Words());
}

TEST(HostOptions, OfWhatNeverHappensSayNothing) {
  EXPECT_EQ(host_options({}, 7), Words());
  EXPECT_EQ(host_options({fault_of("allocation_failure", {{"one_in", 0}}), fault_of("heap_delay", {{"one_in", 0}}),
                          fault_of("heap_yield", {{"one_in", 0}}), fault_of("clock_tick", {{"every_ms", 1}})},
                         7),
            Words());
}

}  // namespace
}  // namespace heapstorm
