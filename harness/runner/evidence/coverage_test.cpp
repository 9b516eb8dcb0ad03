#include "harness/runner/evidence/coverage.h"

#include <gtest/gtest.h>

#include <string>

#include "harness/findings/testing/box_builder.h"

namespace heapstorm {
namespace {

// Two workers in slots 1 and 2, as target_host has them.
struct TwoWorkers {
  TwoWorkers() {
    builder.thread("main", 0);
    builder.thread("worker-0", 1);
    builder.thread("worker-1", 2);
  }

  heapstorm_box_connections& connections() {
    return *builder.entry<heapstorm_box_connections>(HEAPSTORM_SECTION_CONNECTIONS, 0);
  }
  void count_blocks(std::uint32_t owner_slot, std::uint32_t freeing_slot, std::uint32_t blocks) {
    *builder.entry<std::uint32_t>(HEAPSTORM_SECTION_PAIRS, owner_slot * HEAPSTORM_PAIR_SIDE + freeing_slot) = blocks;
  }
  Coverage measure(std::uint32_t workers = 2) { return measure_coverage(BlackBoxReader(builder.bytes()), workers); }

  BoxBuilder builder;
};

TEST(Coverage, SaysWhichWorkerServedHowManyConnections) {
  TwoWorkers box;
  box.connections().opened[2] = 5;
  const Coverage coverage = box.measure();
  EXPECT_EQ(coverage.workers_reached, 1u);
  EXPECT_EQ(coverage.connections_by_worker, (std::vector<std::uint64_t>{0, 5}));
}

TEST(Coverage, CountsWhoClosedWhatAnotherOpened) {
  TwoWorkers box;
  box.connections().closed[1][1] = 3;
  box.connections().closed[1][2] = 4;
  const Coverage coverage = box.measure();
  EXPECT_EQ(coverage.accept_close, (PairMatrix{{3, 4}, {0, 0}}));
  EXPECT_EQ(coverage.accept_close_pairs, 2u);
  EXPECT_EQ(pairs_reached(coverage.accept_close), 1u);
}

TEST(Coverage, CountsWhoFreedWhatAnotherAllocated) {
  TwoWorkers box;
  box.count_blocks(1, 1, 100);
  box.count_blocks(2, 1, 6);
  const Coverage coverage = box.measure();
  EXPECT_EQ(coverage.alloc_free_pairs, (PairMatrix{{100, 0}, {6, 0}}));
  EXPECT_EQ(pairs_reached(coverage.alloc_free_pairs), 1u);
}

TEST(Coverage, CountsWhichWorkerCameAfterWhich) {
  TwoWorkers box;
  box.connections().followed[1][2] = 8;
  box.connections().followed[0][2] = 1;  // main is no worker
  EXPECT_EQ(box.measure().meetings, (PairMatrix{{0, 8}, {0, 0}}));
}

TEST(Coverage, AWorkerThatWasRestartedInAnotherSlotIsOneWorker) {
  TwoWorkers box;
  box.builder.thread("worker-1", 5, 1);
  box.connections().opened[2] = 5;
  box.connections().opened[5] = 2;
  EXPECT_EQ(box.measure().connections_by_worker, (std::vector<std::uint64_t>{0, 7}));
}

TEST(Coverage, HasNoMatricesOfMoreWorkersThanSlotsAreToldApart) {
  TwoWorkers box;
  box.builder.thread("worker-2", HEAPSTORM_PAIR_SIDE + 1);
  box.connections().opened[1] = 5;
  const Coverage coverage = box.measure(3);
  EXPECT_EQ(coverage.workers, 3u);
  EXPECT_TRUE(coverage.accept_close.empty());
  EXPECT_TRUE(coverage.connections_by_worker.empty());
}

TEST(Coverage, TakesNoNumberOfTheTargetForAnIndex) {
  TwoWorkers box;
  box.builder.thread("worker-4294967295", 3);
  box.builder.thread("worker-7", 4);
  box.connections().opened[3] = box.connections().opened[4] = 9;
  EXPECT_EQ(box.measure().workers_reached, 0u);
}

TEST(Coverage, ThereAreAsManyPairsAsWorkersTimesTheOthers) {
  EXPECT_EQ(pairs_in_all(4), 12u);
  EXPECT_EQ(pairs_in_all(1), 0u);
  EXPECT_EQ(pairs_in_all(0), 0u);
}

TEST(Coverage, AGoalIsReachedWhenAllOfItAre) {
  TwoWorkers box;
  box.connections().opened[1] = 1;
  box.connections().followed[1][2] = 1;
  box.count_blocks(1, 2, 1);
  const auto reached = [&](Goal goal) { return reaches(goal, box.measure()); };
  EXPECT_FALSE(reached(Goal::workers) || reached(Goal::pairs) || reached(Goal::meetings));
  box.connections().opened[2] = 1;
  EXPECT_TRUE(reached(Goal::workers));
  EXPECT_FALSE(reached(Goal::pairs));
  box.count_blocks(2, 1, 1);
  EXPECT_TRUE(reached(Goal::pairs));
  EXPECT_FALSE(reached(Goal::meetings));
  box.connections().followed[2][1] = 1;
  EXPECT_TRUE(reached(Goal::meetings));
}

}  // namespace
}  // namespace heapstorm
