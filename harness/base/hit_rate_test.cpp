#include "harness/base/hit_rate.h"

#include <gtest/gtest.h>

namespace heapstorm {
namespace {

// The figures of the design: 41/50 is 69 to 90 %.
TEST(HitRate, HasWilsonsInterval) {
  const Interval usual = HitRate{.hits = 41, .attempts = 50}.interval();
  EXPECT_NEAR(usual.low, 0.692, 0.0005);
  EXPECT_NEAR(usual.high, 0.902, 0.0005);
}

TEST(HitRate, IsNeverSureAfterAFewAttempts) {
  const Interval all = HitRate{.hits = 5, .attempts = 5}.interval();
  EXPECT_NEAR(all.low, 0.566, 0.0005);
  EXPECT_EQ(all.high, 1);
  const Interval none = HitRate{.hits = 0, .attempts = 5}.interval();
  EXPECT_EQ(none.low, 0);
  EXPECT_NEAR(none.high, 0.434, 0.0005);
  const Interval once = HitRate{.hits = 1, .attempts = 1}.interval();
  EXPECT_NEAR(once.low, 0.207, 0.0005);
  EXPECT_EQ(once.high, 1);
  EXPECT_EQ(HitRate{}.interval().low, 0);
  EXPECT_EQ(HitRate{}.interval().high, 1);
}

}  // namespace
}  // namespace heapstorm
