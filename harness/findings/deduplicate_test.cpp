#include "harness/findings/deduplicate.h"

#include <gtest/gtest.h>

#include "harness/findings/fingerprint.h"

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

Side side_in(const std::string& function) {
  Side side;
  side.stack = {Frame{function, "targets/a.cpp", 1, "/build/a.so", 1}};
  return side;
}

Finding finding(const std::string& kind, const std::string& source, const std::string& owner,
                const std::string& offender) {
  Finding finding;
  finding.kind = kind;
  finding.source = source;
  if (!owner.empty()) finding.owner = side_in(owner);
  if (!offender.empty()) finding.offender = side_in(offender);
  finding.fingerprint = fingerprint(finding);
  return finding;
}

TEST(Witnesses, OfOneDefectGiveOneFinding) {
  const Finding heaps = finding("use_after_free", "owner_heap", "make", "");
  const Finding asans = finding("asan:use-after-poison", "asan", "make", "write");
  for (const auto& order : {std::vector{heaps, asans}, std::vector{asans, heaps}}) {
    const auto merged = deduplicate(order);
    ASSERT_EQ(merged.size(), 1u);
    EXPECT_EQ(merged[0].kind, "use_after_free");
    EXPECT_EQ(merged[0].fingerprint, heaps.fingerprint);
    EXPECT_EQ(merged[0].witnesses,
              (std::vector<Witness>{{"owner_heap", "use_after_free"}, {"asan", "asan:use-after-poison"}}));
    ASSERT_TRUE(merged[0].offender);  // the owner heap saw the damage, not who did it
    EXPECT_EQ(merged[0].offender->stack[0].function, "write");
  }
}

TEST(Witnesses, TheFreeingSideThatOnlyOneKnowsIsKept) {
  Finding heaps = finding("double_free", "owner_heap", "make", "drop");
  Finding asans = finding("asan:double-free", "asan", "make", "drop");
  asans.freed = side_in("drop_first");
  for (const auto& order : {std::vector{heaps, asans}, std::vector{asans, heaps}}) {
    const auto merged = deduplicate(order);
    ASSERT_EQ(merged.size(), 1u);
    ASSERT_TRUE(merged[0].freed);
    EXPECT_EQ(merged[0].freed->stack[0].function, "drop_first");
  }
  heaps.freed = side_in("drop_first");
  heaps.freed->thread = "worker-1";
  EXPECT_EQ(deduplicate({asans, heaps}).at(0).freed->thread, "worker-1") << "the heap's own goes before";
}

TEST(Witnesses, ThatSawOtherCodeSawAnotherDefect) {
  const Finding one = finding("double_free", "owner_heap", "make", "drop");
  for (const Finding& other :
       {finding("asan:double-free", "asan", "make", "drop_later"),
        finding("asan:double-free", "asan", "make_other", "drop"),
        finding("asan:heap-use-after-free", "asan", "make", "drop"), finding("asan:double-free", "asan", "", "")}) {
    EXPECT_EQ(deduplicate({one, other}).size(), 2u) << other.kind;
  }
}

TEST(Witnesses, OfTheSameSourceStayApart) {
  const Finding first = finding("valgrind:InvalidRead", "valgrind", "make", "read");
  const Finding second = finding("valgrind:InvalidWrite", "valgrind", "make", "read");
  const auto merged = deduplicate({first, second});
  ASSERT_EQ(merged.size(), 2u);
  EXPECT_TRUE(merged[0].witnesses.empty());
}

}  // namespace
}  // namespace heapstorm
