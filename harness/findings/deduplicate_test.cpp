#include "harness/findings/deduplicate.h"

#include <gtest/gtest.h>

namespace heapstorm {
namespace {

Finding finding(std::string fingerprint, std::uint64_t at_ms, std::uint64_t count, bool damaged = false) {
  Finding finding;
  finding.fingerprint = std::move(fingerprint);
  finding.at_ms = at_ms;
  finding.count = count;
  finding.damaged = damaged;
  return finding;
}

TEST(Deduplicate, SumsCountsAndKeepsTheEarliest) {
  const auto merged = deduplicate({finding("a", 20, 2), finding("a", 10, 3), finding("a", 30, 4)});
  ASSERT_EQ(merged.size(), 1u);
  EXPECT_EQ(merged[0].count, 9u);
  EXPECT_EQ(merged[0].at_ms, 10u);
}

TEST(Deduplicate, KeepsDifferentFingerprintsApartAndOrdersByFirstSeen) {
  const auto merged = deduplicate({finding("c", 5, 1), finding("b", 9, 1), finding("a", 5, 1), finding("b", 1, 1)});
  ASSERT_EQ(merged.size(), 3u);
  EXPECT_EQ(merged[0].fingerprint, "b");
  EXPECT_EQ(merged[1].fingerprint, "c");
  EXPECT_EQ(merged[2].fingerprint, "a");
}

TEST(Deduplicate, PrefersAWholeRecordToADamagedEarlierOne) {
  const auto merged = deduplicate({finding("a", 1, 1, true), finding("a", 2, 1)});
  ASSERT_EQ(merged.size(), 1u);
  EXPECT_FALSE(merged[0].damaged);
  EXPECT_EQ(merged[0].at_ms, 2u);
}

TEST(Deduplicate, DoesNotLetASumOfCountsWrap) {
  EXPECT_EQ(deduplicate({finding("a", 1, ~0ull), finding("a", 2, 5)})[0].count, ~0ull);
  EXPECT_EQ(deduplicate({finding("a", 1, ~0ull - 5), finding("a", 2, 4)})[0].count, ~0ull - 1);
  EXPECT_EQ(deduplicate({finding("a", 1, ~0ull - 5), finding("a", 2, 5)})[0].count, ~0ull);
  EXPECT_EQ(deduplicate({finding("a", 1, ~0ull - 5), finding("a", 2, 6)})[0].count, ~0ull);
}

TEST(Deduplicate, KeepsTheWholeRecordWhicheverComesFirst) {
  const auto merged = deduplicate({finding("a", 2, 1), finding("a", 1, 1, true)});
  ASSERT_EQ(merged.size(), 1u);
  EXPECT_FALSE(merged[0].damaged);
  EXPECT_EQ(merged[0].at_ms, 2u);
  EXPECT_EQ(merged[0].count, 2u);
}

TEST(Deduplicate, KeepsTheFirstOfTwoOfTheSameMoment) {
  Finding first = finding("a", 7, 1), second = finding("a", 7, 1);
  first.summary = "first";
  second.summary = "second";
  EXPECT_EQ(deduplicate({first, second})[0].summary, "first");
}

TEST(Deduplicate, IsExpectedIfAnyOfThemIs) {
  for (const bool first : {false, true}) {
    for (const bool second : {false, true}) {
      for (const std::uint64_t second_at_ms : {1u, 9u}) {
        std::vector<Finding> findings = {finding("a", 5, 1), finding("a", second_at_ms, 1)};
        findings[0].expected = first;
        findings[1].expected = second;
        EXPECT_EQ(deduplicate(findings)[0].expected, first || second);
      }
    }
  }
}

TEST(Deduplicate, GivesNothingForNothing) {
  EXPECT_TRUE(deduplicate({}).empty());
}

}  // namespace
}  // namespace heapstorm
