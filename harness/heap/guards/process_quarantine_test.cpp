// The bounds of what ended threads leave, alone: nothing here is a block of a heap.
#include "harness/heap/guards/process_quarantine.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace heapstorm::heap {
namespace {

using Sweep = ProcessQuarantine::Sweep;

std::vector<void*> seen;

bool refuse(void* block) {
  seen.push_back(block);
  return false;
}

class ProcessQuarantineTest : public testing::Test {
 protected:
  void SetUp() override { seen.clear(); }

  void push(std::size_t count, std::uint64_t bytes) {
    for (std::size_t i = 0; i < count; ++i) ASSERT_TRUE(quarantine_.push(&blocks_[i], bytes));
  }
  std::vector<void*> blocks(std::size_t from, std::size_t to) {
    std::vector<void*> addresses;
    for (std::size_t i = from; i < to; ++i) addresses.push_back(&blocks_[i]);
    return addresses;
  }

  std::array<char, 8> blocks_{};
  ProcessQuarantine quarantine_;
};

TEST_F(ProcessQuarantineTest, HoldsSixteenTimesTheBytesOfAThreadAndNoMore) {
  ASSERT_EQ(quarantine_.prepare(100), 0);
  EXPECT_EQ(quarantine_.limit_bytes(), 1600u);
  EXPECT_TRUE(quarantine_.push(&blocks_[0], 1000));
  EXPECT_TRUE(quarantine_.push(&blocks_[1], 600));
  EXPECT_FALSE(quarantine_.push(&blocks_[2], 1));
  EXPECT_EQ(quarantine_.count(), 2u);
  EXPECT_EQ(quarantine_.pop(), &blocks_[0]);
  EXPECT_TRUE(quarantine_.push(&blocks_[2], 1000));
  EXPECT_EQ(quarantine_.pop(), &blocks_[1]);
  EXPECT_EQ(quarantine_.pop(), &blocks_[2]);
  EXPECT_EQ(quarantine_.pop(), nullptr);
  EXPECT_TRUE(quarantine_.is_empty());
}

TEST_F(ProcessQuarantineTest, IsBoundedByMegabytesUnlessOneThreadAloneHasMore) {
  ASSERT_EQ(quarantine_.prepare(std::uint64_t{60} << 20), 0);
  EXPECT_EQ(quarantine_.limit_bytes(), 64u << 20);
  ProcessQuarantine larger;
  ASSERT_EQ(larger.prepare(std::uint64_t{100} << 20), 0);
  EXPECT_EQ(larger.limit_bytes(), 100u << 20);
  ProcessQuarantine none;
  ASSERT_EQ(none.prepare(0), 0);
  EXPECT_FALSE(none.push(&blocks_[0], 1));
}

TEST_F(ProcessQuarantineTest, HoldsSoManyBlocksAndNoMore) {
  ASSERT_EQ(quarantine_.prepare(1 << 20), 0);
  std::vector<char> many(ProcessQuarantine::capacity + 1);
  for (std::size_t i = 0; i < ProcessQuarantine::capacity; ++i) ASSERT_TRUE(quarantine_.push(&many[i], 1));
  EXPECT_FALSE(quarantine_.push(&many.back(), 1));
  EXPECT_EQ(quarantine_.pop(), &many.front());
  EXPECT_TRUE(quarantine_.push(&many.back(), 1));
}

TEST_F(ProcessQuarantineTest, ALookEndsAfterItsBlocksOrItsBytesAndTheNextGoesOn) {
  ASSERT_EQ(quarantine_.prepare(100), 0);
  push(8, 100);
  Sweep by_count{3, 10'000};
  EXPECT_EQ(quarantine_.take_next(by_count, refuse), nullptr);
  EXPECT_EQ(seen, blocks(0, 3));
  EXPECT_EQ(by_count.blocks, 0u);
  seen.clear();
  Sweep by_bytes{8, 150};  // the second block's bytes are not all of them
  EXPECT_EQ(quarantine_.take_next(by_bytes, refuse), nullptr);
  EXPECT_EQ(seen, blocks(3, 5));
  EXPECT_EQ(by_bytes.bytes, 0u);
  seen.clear();
  Sweep rest{8, 10'000};
  EXPECT_EQ(quarantine_.take_next(rest, refuse), nullptr);
  EXPECT_EQ(seen.size(), 8u) << "round again";
  EXPECT_EQ(seen.front(), &blocks_[5]);
  EXPECT_EQ(seen.back(), &blocks_[4]);
}

TEST_F(ProcessQuarantineTest, WhatIsTakenOutIsNeitherSeenNorCountedAgain) {
  ASSERT_EQ(quarantine_.prepare(100), 0);
  push(3, 500);
  Sweep all = ProcessQuarantine::everything;
  void* taken = quarantine_.take_next(all, [](void* block) { return refuse(block) || seen.size() == 2; });
  EXPECT_EQ(taken, &blocks_[1]);
  EXPECT_EQ(quarantine_.count(), 2u);
  EXPECT_TRUE(quarantine_.push(&blocks_[3], 600)) << "its bytes are free again";
  EXPECT_EQ(quarantine_.pop(), &blocks_[0]);
  EXPECT_EQ(quarantine_.pop(), &blocks_[2]);
  EXPECT_EQ(quarantine_.pop(), &blocks_[3]);
}

TEST_F(ProcessQuarantineTest, IsDueForOneCallerEachTenMilliseconds) {
  EXPECT_FALSE(quarantine_.is_due(9));
  EXPECT_TRUE(quarantine_.is_due(10));
  EXPECT_FALSE(quarantine_.is_due(10));
  EXPECT_FALSE(quarantine_.is_due(19));
  EXPECT_TRUE(quarantine_.is_due(25));
  EXPECT_FALSE(quarantine_.is_due(24)) << "a thread whose look at the clock is older";
}

}  // namespace
}  // namespace heapstorm::heap
