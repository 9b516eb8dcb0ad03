#include "harness/base/histogram.h"

#include <gtest/gtest.h>

namespace heapstorm {
namespace {

TEST(Histogram, IsZeroWhenNothingWasRecorded) {
  EXPECT_EQ(Histogram().percentile(50), 0U);
  EXPECT_EQ(Histogram().max(), 0U);
}

TEST(Histogram, IsExactForSmallValues) {
  Histogram histogram;
  for (std::uint64_t value = 1; value <= 100; ++value) histogram.record(value);
  EXPECT_EQ(histogram.percentile(50), 50U);
  EXPECT_EQ(histogram.percentile(99), 99U);
  EXPECT_EQ(histogram.percentile(100), 100U);
}

TEST(Histogram, StaysWithinTwoPercentForEveryPowerOfTwo) {
  for (int power = 7; power < 40; ++power) {
    for (const std::uint64_t value : {1ULL << power, (1ULL << power) + (1ULL << power) / 3, (1ULL << power) - 1}) {
      Histogram histogram;
      histogram.record(value);
      histogram.record(Histogram::largest_value);
      EXPECT_GE(histogram.percentile(50), value);
      EXPECT_LE(histogram.percentile(50), value + value / 50);
    }
  }
}

TEST(Histogram, KeepsTheExactMaximumOfAValueThatIsTooLarge) {
  Histogram histogram;
  histogram.record(~0ULL);
  EXPECT_EQ(histogram.max(), ~0ULL);
  EXPECT_EQ(histogram.percentile(99), ~0ULL);
}

TEST(Histogram, MergedEqualsRecordedTogether) {
  Histogram left, right, both;
  for (std::uint64_t value = 0; value < 5000; value += 7) {
    (value % 2 == 0 ? left : right).record(value);
    both.record(value);
  }
  left.merge(right);
  EXPECT_EQ(left.count(), both.count());
  EXPECT_EQ(left.max(), both.max());
  for (const std::uint32_t percent : {1U, 50U, 90U, 99U}) EXPECT_EQ(left.percentile(percent), both.percentile(percent));
}

}  // namespace
}  // namespace heapstorm
