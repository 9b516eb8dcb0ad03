// What target_host is handed for the faults of its plan.
#include "harness/runner/faults/target_faults.h"

#include <gtest/gtest.h>

#include "harness/faults/testing/fault_of.h"

namespace heapstorm {
namespace {

std::size_t descriptors_for(const Fault& fault) {
  const auto box = BlackBoxFile::create(std::uint64_t{1} << 20);
  Scenario scenario;
  scenario.faults = {fault};
  const auto faults = TargetFaults::create(scenario, *box.value());
  ProcessOptions host;
  faults.value()->target().hand_to(host);
  return host.inherited_fds.size();
}

TEST(TargetFaults, OnlyOrdersNeedAPipe) {
  EXPECT_EQ(descriptors_for(test::fault_of("worker_restart", {{"every_ms", 1}})), 1u);
  EXPECT_EQ(descriptors_for(test::fault_of("worker_stall", {{"every_ms", 1}})), 1u);
  EXPECT_EQ(descriptors_for(test::fault_of("clock_tick", {{"every_ms", 1}})), 0u) << "connections go to other workers";
  EXPECT_EQ(descriptors_for(test::fault_of("heap_yield", {{"one_in", 9}})), 0u);
}

}  // namespace
}  // namespace heapstorm
