#include "harness/base/histogram.h"

#include <gtest/gtest.h>

#include <utility>

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

TEST(Histogram, GivesTheOnlyValueForEveryPercentile) {
  for (const std::uint64_t value : {0ULL, 1ULL, 63ULL, 64ULL, 127ULL, 128ULL, 1'000'003ULL}) {
    Histogram histogram;
    histogram.record(value);
    EXPECT_EQ(histogram.count(), 1U);
    for (const std::uint32_t percent : {0U, 1U, 50U, 100U}) EXPECT_EQ(histogram.percentile(percent), value);
  }
}

TEST(Histogram, RoundsTheRankUp) {
  Histogram two, three;
  for (const std::uint64_t value : {10U, 20U}) two.record(value);
  for (const std::uint64_t value : {10U, 20U, 30U}) three.record(value);
  EXPECT_EQ(two.percentile(50), 10U);
  EXPECT_EQ(two.percentile(51), 20U);
  EXPECT_EQ(three.percentile(33), 10U);
  EXPECT_EQ(three.percentile(34), 20U);
  EXPECT_EQ(three.percentile(66), 20U);
  EXPECT_EQ(three.percentile(67), 30U);
}

// Up to 127 a value has a bucket of its own, then two share one, from 256 on four.
TEST(Histogram, GivesTheLastValueOfABucket) {
  for (const auto& [recorded, last] : {std::pair(126U, 126U),
                                       {127U, 127U},
                                       {128U, 129U},
                                       {129U, 129U},
                                       {130U, 131U},
                                       {254U, 255U},
                                       {255U, 255U},
                                       {256U, 259U},
                                       {259U, 259U},
                                       {260U, 263U}}) {
    Histogram histogram;
    histogram.record(recorded);
    histogram.record(1'000'000);
    EXPECT_EQ(histogram.percentile(50), last) << recorded;
  }
}

TEST(Histogram, CountsTheLargestValueAndWhatIsAboveItInTheLastBucket) {
  Histogram histogram;
  histogram.record(5);
  histogram.record(Histogram::max_value);
  EXPECT_EQ(histogram.percentile(100), Histogram::max_value);
  histogram.record(Histogram::max_value + 1);
  EXPECT_EQ(histogram.percentile(100), Histogram::max_value + 1);
  EXPECT_EQ(histogram.count(), 3U);
  EXPECT_EQ(histogram.percentile(33), 5U);
}

TEST(Histogram, StaysWithinTwoPercentForEveryPowerOfTwo) {
  for (int power = 7; power < 40; ++power) {
    for (const std::uint64_t value : {1ULL << power, (1ULL << power) + (1ULL << power) / 3, (1ULL << power) - 1}) {
      Histogram histogram;
      histogram.record(value);
      histogram.record(Histogram::max_value);
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
