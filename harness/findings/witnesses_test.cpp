#include "harness/findings/witnesses.h"

#include <gtest/gtest.h>

#include "harness/findings/deduplicate.h"
#include "harness/findings/fingerprint.h"

namespace heapstorm {
namespace {

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
