#include "reports/text/summary.h"

#include <gtest/gtest.h>

#include <cerrno>

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

TEST(Summary, SaysNothingOfSessionsThatAllGotThroughNorOfHandshakesThatAllWereUpgraded) {
  RunResult result = sample_caught();
  result.storm.sessions = SessionCounts{.completed = 20};
  result.storm.answers->statuses = {{101, 20}};
  const std::string text = to_summary(result);
  EXPECT_EQ(text.find("  sessions "), std::string::npos) << text;
  EXPECT_EQ(text.find("  statuses "), std::string::npos) << text;
  result.storm.answers->statuses = {{200, 20}};
  EXPECT_NE(to_summary(result).find("  statuses  200 20\n"), std::string::npos);
}

TEST(Summary, OfAnOlderReportSaysNothingOfAnswers) {
  RunResult result = sample_caught();
  result.storm.sessions.reset();
  result.storm.answers.reset();
  const std::string text = to_summary(result);
  EXPECT_NE(text.find(" 100000 messages, 10 errors (read: ECONNRESET 10)\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("answer"), std::string::npos) << text;
  EXPECT_EQ(text.find("  sessions "), std::string::npos) << text;
}

TEST(Summary, TellsTheKindsOfErrorsTheMostFrequentFirstAndNotAllOfMany) {
  RunResult result = sample_caught();
  result.storm.errors[static_cast<std::size_t>(Phase::handshake)] = {{EPROTO, 20}, {ETIMEDOUT, 3}, {EPIPE, 1}};
  EXPECT_NE(to_summary(result).find(
                "34 errors (handshake: EPROTO 20, read: ECONNRESET 10, handshake: ETIMEDOUT 3, 1 other kind 1)\n"),
            std::string::npos)
      << to_summary(result);
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
