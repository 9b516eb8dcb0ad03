#include "harness/base/prng.h"

#include <gtest/gtest.h>

namespace heapstorm {
namespace {

// The first outputs of SplitMix64 for seed 1234567, as its authors' reference implementation prints them.
TEST(Prng, MatchesTheReferenceSequence) {
  Prng prng(1234567);
  EXPECT_EQ(prng.next(), 6457827717110365317ULL);
  EXPECT_EQ(prng.next(), 3203168211198807973ULL);
  EXPECT_EQ(prng.next(), 9817491932198370423ULL);
}

TEST(Prng, ForksArePureFunctionsOfSeedAndIndex) {
  EXPECT_EQ(Prng(7).fork(3).next(), Prng(7).fork(3).next());
  EXPECT_NE(Prng(7).fork(3).next(), Prng(7).fork(4).next());
  EXPECT_NE(Prng(7).fork(3).next(), Prng(8).fork(3).next());
}

TEST(Prng, BetweenReachesBothEndsAndNothingElse) {
  Prng prng(1);
  bool low = false, high = false;
  for (int i = 0; i < 1000; ++i) {
    auto value = prng.between(1, 20);
    ASSERT_GE(value, 1u);
    ASSERT_LE(value, 20u);
    low |= value == 1;
    high |= value == 20;
  }
  EXPECT_TRUE(low && high);
}

}  // namespace
}  // namespace heapstorm
