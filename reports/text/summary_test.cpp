#include "reports/text/summary.h"

#include <gtest/gtest.h>

#include "reports/golden/golden.h"
#include "reports/golden/sample_run.h"
#include "reports/text/finding_text.h"

namespace heapstorm {
namespace {

TEST(Summary, IsAsTheGoldenFilesSay) {
  EXPECT_EQ(to_summary(sample_caught()), golden("caught.txt", to_summary(sample_caught())));
  EXPECT_EQ(to_summary(sample_hostile()), golden("hostile.txt", to_summary(sample_hostile())));
  EXPECT_EQ(to_summary(sample_clean()), golden("clean.txt", to_summary(sample_clean())));
}

TEST(Summary, HasColoursOnlyWhenAsked) {
  EXPECT_EQ(to_summary(sample_caught()).find('\033'), std::string::npos);
  EXPECT_NE(to_summary(sample_caught(), {.colour = true}).find("\033[1;32mPASS"), std::string::npos);
}

TEST(Summary, LetsNoControlCharacterOfATargetThrough) {
  for (const char character : to_summary(sample_hostile())) {
    EXPECT_TRUE(character == '\n' || static_cast<unsigned char>(character) >= 0x20) << static_cast<int>(character);
  }
}

TEST(Summary, ShowsTheUnexpectedFirst) {
  RunResult result = sample_caught();
  Finding surprise = result.findings.front();
  surprise.kind = "double_free";
  surprise.expected = false;
  result.findings.push_back(surprise);
  const std::string text = to_summary(result);
  EXPECT_LT(text.find("double_free"), text.find("foreign_free"));
}

TEST(Summary, SaysHowFarAStormWentOnForWhatIsExpected) {
  RunResult result = sample_caught();
  const auto says = [&](const std::string& words) {
    return to_summary(result).find("  until     all expected findings: " + words + "\n") != std::string::npos;
  };
  result.storm.rounds = 9;
  result.storm.until = GoalResult{Goal::findings, true, 812, 340};
  EXPECT_TRUE(says("reached after 812 connections, 340 ms"));
  result.storm.until = GoalResult{.goal = Goal::findings};
  EXPECT_TRUE(says("NOT reached, after 9 rounds of the plan's connections; the rest showed when the target ended"));
  result.passed = false;
  EXPECT_TRUE(says("NOT reached, after 9 rounds of the plan's connections"));
  result.storm.until->ended_by = StormEnd::time_limit;
  EXPECT_TRUE(says("NOT reached, the time was up"));
  result.storm.until.reset();
  EXPECT_EQ(to_summary(result).find("until"), std::string::npos);
}

TEST(ReadingFrame, SkipsTheHeapAndTheCommonPart) {
  const std::vector<Frame> stack = {{"a", "harness/heap/heap.cpp", 1, "", 0},
                                    {"b", "targets/common/http_session.cpp", 2, "", 0},
                                    {"c", "targets/date_header/static_cache.cpp", 3, "", 0}};
  ASSERT_NE(reading_frame(stack), nullptr);
  EXPECT_EQ(reading_frame(stack)->function, "c");
}

TEST(ReadingFrame, TakesAbsoluteFilesOfAnEmbedderOverLibraries) {
  const std::vector<Frame> stack = {{"a", "/usr/include/c++/12/vector", 1, "", 0},
                                    {"b", "/home/me/server.cpp", 2, "", 0}};
  EXPECT_EQ(reading_frame(stack)->function, "b");
}

TEST(ReadingFrame, IsTheInnermostOneWhereNoFileIsKnown) {
  EXPECT_EQ(reading_frame({}), nullptr);
  const std::vector<Frame> stack = {{"", "", 0, "x.so", 1}, {"", "", 0, "y.so", 2}};
  EXPECT_EQ(reading_frame(stack)->module, "x.so");
}

}  // namespace
}  // namespace heapstorm
