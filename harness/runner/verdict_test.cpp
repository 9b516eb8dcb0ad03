#include "harness/runner/verdict.h"

#include <gtest/gtest.h>

namespace heapstorm {
namespace {

Finding finding(std::string kind, std::string tag = "") {
  Finding finding;
  finding.kind = std::move(kind);
  if (!tag.empty()) finding.block = Block{0, 1, std::move(tag), 0, "live"};
  return finding;
}

TEST(Verdict, CleanIsMetByNoFindingOnly) {
  Expect expect;
  expect.clean = true;
  std::vector<Finding> none;
  EXPECT_TRUE(all_met(judge(expect, "plain", none)));
  std::vector<Finding> one = {finding("crash")};
  const auto expectations = judge(expect, "plain", one);
  EXPECT_FALSE(all_met(expectations));
  EXPECT_EQ(expectations[0].text, "finds nothing (found crash)");
  EXPECT_FALSE(one[0].expected);
}

TEST(Verdict, AnExpectedFindingMustBeThere) {
  Expect expect;
  expect.findings = {{"foreign_free", "date_header"}};
  std::vector<Finding> right = {finding("foreign_free", "date_header")};
  const auto met = judge(expect, "plain", right);
  EXPECT_TRUE(all_met(met));
  EXPECT_EQ(met[0].text, "finds foreign_free of date_header");
  EXPECT_TRUE(right[0].expected);
  std::vector<Finding> none;
  const auto unmet = judge(expect, "plain", none);
  EXPECT_FALSE(unmet[0].met);
  EXPECT_TRUE(unmet[1].met);
}

TEST(Verdict, AnotherTagOrKindIsUnexpected) {
  Expect expect;
  expect.findings = {{"foreign_free", "date_header"}};
  for (const Finding& other :
       {finding("foreign_free", "session"), finding("foreign_free"), finding("double_free", "date_header")}) {
    std::vector<Finding> findings = {finding("foreign_free", "date_header"), other};
    const auto expectations = judge(expect, "plain", findings);
    EXPECT_TRUE(expectations[0].met);
    EXPECT_FALSE(expectations[1].met);
    EXPECT_FALSE(findings[1].expected);
  }
}

TEST(Verdict, TellsFromItsOwnWordsWhatIsRequired) {
  Expect expect;
  expect.findings = {{"foreign_free", "date_header"}, {"asan:*", ""}, {"leak", "a list of names"}};
  expect.allow = {{"crash", ""}};
  std::vector<Finding> none;
  const std::vector<Expectation> expectations = judge(expect, "plain", none);
  for (const Finding& required : {finding("foreign_free", "date_header"), finding("asan:heap-use-after-free", "any"),
                                  finding("leak", "a list of names")}) {
    EXPECT_TRUE(is_required(required, expectations)) << required.kind;
  }
  for (const Finding& other :
       {finding("foreign_free", "session"), finding("foreign_free"), finding("crash"), finding("leak", "a list")}) {
    EXPECT_FALSE(is_required(other, expectations)) << other.kind;
  }
  Finding witnessed = finding("crash");
  witnessed.witnesses = {{"signal", "crash"}, {"asan", "asan:SEGV"}};
  EXPECT_TRUE(is_required(witnessed, expectations));
}

TEST(Verdict, ACleanScenarioRequiresNothing) {
  Expect expect;
  expect.clean = true;
  std::vector<Finding> one = {finding("crash")};
  const std::vector<Expectation> expectations = judge(expect, "plain", one);
  EXPECT_FALSE(is_required(one.front(), expectations));
  EXPECT_FALSE(is_required(finding("foreign_free", "date_header"), expectations));
}

TEST(Verdict, AllowedFindingsMayBeThereOrNot) {
  Expect expect;
  expect.allow = {{"crash", ""}, {"asan:*", ""}};
  std::vector<Finding> none;
  EXPECT_TRUE(all_met(judge(expect, "plain", none)));
  std::vector<Finding> some = {finding("crash"), finding("asan:heap-use-after-free")};
  EXPECT_TRUE(all_met(judge(expect, "plain", some)));
  EXPECT_TRUE(some[0].expected);
  std::vector<Finding> other = {finding("ubsan:shift-exponent")};
  EXPECT_FALSE(all_met(judge(expect, "plain", other)));
}

TEST(Verdict, APatternMatchesWhatBeginsWithAllOfItBeforeItsStar) {
  const auto matches = [](const char* pattern, const char* kind) {
    Expect expect;
    expect.findings = {{pattern, ""}};
    std::vector<Finding> findings = {finding(kind)};
    return all_met(judge(expect, "plain", findings));
  };
  EXPECT_TRUE(matches("*", "crash"));
  EXPECT_TRUE(matches("foreign_*", "foreign_free"));
  EXPECT_TRUE(matches("foreign_*", "foreign_"));
  EXPECT_FALSE(matches("foreign_*", "foreign"));
  EXPECT_FALSE(matches("foreign_*", "foreign-free"));
  EXPECT_FALSE(matches("asan:*", "asan-heap-use-after-free"));
  EXPECT_FALSE(matches("foreign_f", "foreign_free"));
}

TEST(Verdict, WhatIsExpectedInOneFlavourIsUnexpectedInTheOthers) {
  Expect expect;
  expect.findings = {{"data_race", "", {"tsan"}}};
  expect.allow = {{"crash", "", {"plain", "tsan"}}};
  for (const char* const flavour : {"plain", "asan", "tsan"}) {
    const bool has_pattern = std::string(flavour) == "tsan";
    std::vector<Finding> none;
    EXPECT_EQ(all_met(judge(expect, flavour, none)), !has_pattern) << flavour;
    std::vector<Finding> race = {finding("data_race")};
    EXPECT_EQ(all_met(judge(expect, flavour, race)), has_pattern) << flavour;
    EXPECT_EQ(race[0].expected, has_pattern) << flavour;
    std::vector<Finding> crash = {finding("crash"), finding("data_race")};
    judge(expect, flavour, crash);
    EXPECT_EQ(crash[0].expected, std::string(flavour) != "asan") << flavour;
  }
}

TEST(Verdict, AnExpectationIsPutIntoWordsWithWhatWasMeasured) {
  EXPECT_EQ(in_words({"finds nothing", true}), "finds nothing");
  EXPECT_EQ(in_words({"errors at most 0", false, "3 of 60"}), "errors at most 0: 3 of 60");
}

TEST(Verdict, AnUnforeseenKindIsNamedOnce) {
  Expect expect;
  std::vector<Finding> findings = {finding("overflow", "a"), finding("overflow", "a"), finding("crash")};
  EXPECT_EQ(judge(expect, "plain", findings)[0].text, "finds nothing else (found overflow of a, crash)");
}

TEST(Verdict, AKindIsMetByWhateverAWitnessCalledIt) {
  Expect expect;
  expect.findings = {{"asan:use-after-poison", ""}};
  Finding seen_twice = finding("use_after_free");
  seen_twice.witnesses = {{"owner_heap", "use_after_free"}, {"asan", "asan:use-after-poison"}};
  std::vector<Finding> findings = {seen_twice};
  EXPECT_TRUE(all_met(judge(expect, "asan", findings)));
  findings = {finding("use_after_free")};
  EXPECT_FALSE(all_met(judge(expect, "asan", findings)));
}

}  // namespace
}  // namespace heapstorm
