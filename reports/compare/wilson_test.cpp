#include "reports/compare/wilson.h"

#include <gtest/gtest.h>

namespace heapstorm {
namespace {

// The values are those of the formula in Wilson's paper, in 30 digits.
TEST(Wilson, AgreesWithKnownValues) {
  const Interval all = wilson_interval({20, 20});
  EXPECT_NEAR(all.low, 0.838875, 1e-6);
  EXPECT_DOUBLE_EQ(all.high, 1);
  const Interval some = wilson_interval({12, 20});
  EXPECT_NEAR(some.low, 0.386582, 1e-6);
  EXPECT_NEAR(some.high, 0.781193, 1e-6);
}

TEST(Wilson, KnowsLittleOfOneAttemptAndNothingOfNone) {
  EXPECT_NEAR(wilson_interval({1, 1}).low, 0.206549, 1e-6);
  EXPECT_DOUBLE_EQ(wilson_interval({0, 0}).low, 0);
  EXPECT_DOUBLE_EQ(wilson_interval({0, 0}).high, 1);
}

TEST(Wilson, HoldsTheRateThatWasSeen) {
  for (std::uint64_t hits = 0; hits <= 17; ++hits) {
    const Interval interval = wilson_interval({hits, 17});
    const double rate = static_cast<double>(hits) / 17;
    EXPECT_LE(interval.low, rate);
    EXPECT_GE(interval.high, rate);
    EXPECT_NEAR(interval.low, 1 - wilson_interval({17 - hits, 17}).high, 1e-12);
  }
}

}  // namespace
}  // namespace heapstorm
