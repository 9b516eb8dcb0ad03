#include "reports/text/summary.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "harness/findings/frame_origin.h"
#include "reports/testing/golden.h"
#include "reports/testing/sample_run.h"
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

RunResult with_findings(std::size_t count) {
  RunResult result = sample_caught();
  result.findings.resize(count, result.findings.front());
  return result;
}

TEST(Summary, CountsTheFindingsThatItDoesNotShow) {
  const SummaryStyle style{.findings_shown = 3};
  EXPECT_EQ(to_summary(with_findings(3), style).find("more, see the report"), std::string::npos);
  EXPECT_NE(to_summary(with_findings(4), style).find("found     1 more, see the report"), std::string::npos);
  EXPECT_NE(to_summary(with_findings(9), style).find("found     6 more, see the report"), std::string::npos);
  EXPECT_NE(to_summary(sample_clean()).find("found     nothing"), std::string::npos);
}

TEST(Summary, TellsAnEndThatIsOutOfTheOrdinary) {
  const auto end_of = [](EndReason reason, ProcessExit exit) {
    RunResult result = sample_clean();
    result.end_reason = reason;
    result.exit = exit;
    const std::string text = to_summary(result);
    const std::size_t at = text.find("  ended     ");
    return at == std::string::npos ? "" : text.substr(at + 12, text.find('\n', at) - at - 12);
  };
  EXPECT_EQ(end_of(EndReason::completed, {0, {}}), "");
  EXPECT_EQ(end_of(EndReason::completed, {3, {}}), "completed: target's exit code 3");
  EXPECT_EQ(end_of(EndReason::time_limit, {0, {}}), "time_limit: target's exit code 0");
  EXPECT_EQ(end_of(EndReason::target_died, {{}, 11}), "target_died: target's signal 11");
  EXPECT_EQ(end_of(EndReason::interrupted, {}), "interrupted: target's no exit seen");
}

TEST(Summary, TellsWhyAGoalWasNotReached) {
  RunResult result = sample_clean();
  result.storm.until = GoalResult{.goal = Goal::pairs};
  const auto shows = [&](StormEnd end, const std::string& why) {
    result.storm.until->ended_by = end;
    return to_summary(result).find(why) != std::string::npos;
  };
  EXPECT_TRUE(shows(StormEnd::completed, "all pairs: NOT reached, all connections of the plan were made"));
  EXPECT_TRUE(shows(StormEnd::time_limit, "all pairs: NOT reached, the time was up"));
  EXPECT_TRUE(shows(StormEnd::stopped, "all pairs: NOT reached, the storm ended before"));
  result.storm.until = GoalResult{Goal::workers, true, 12, 34};
  EXPECT_TRUE(shows(StormEnd::completed, "all workers: reached after 12 connections, 34 ms"));
  result.storm.until.reset();
  EXPECT_EQ(to_summary(result).find("  until "), std::string::npos);
}

TEST(FindingText, SaysNothingOfALineThatIsNotKnown) {
  Finding finding = sample_caught().findings.front();
  finding.offender->stack = {{"renew()", "frames.cpp", 0, "/home/me/frames.so", 2}};
  EXPECT_NE(to_text(finding).find("at frames.cpp in renew\n"), std::string::npos) << to_text(finding);
  EXPECT_EQ(describe_place(finding), "frames.cpp");
}

TEST(FindingText, ShowsLinesOutsideOfTheTreeAndTheirCallers) {
  Finding finding = sample_caught().findings.front();
  finding.offender->stack = {{"heapstorm_free", "harness/heap/heap.cpp", 1, "/x/target_host", 1},
                             {"renew()", "/home/me/frames.cpp", 22, "/home/me/frames.so", 2},
                             {"compare", "/home/me/frames.cpp", 27, "/home/me/frames.so", 3},
                             {"msort_with_tmp", "msort.c", 64, "/lib/libc.so.6", 4}};
  const std::string text = to_text(finding);
  EXPECT_NE(text.find("at /home/me/frames.cpp:22 in renew\n                 /home/me/frames.cpp:27 in compare\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("msort"), std::string::npos) << text;
  EXPECT_EQ(describe_place(finding), "/home/me/frames.cpp:22");
}

TEST(FindingText, SaysThatAStackIsIncomplete) {
  Finding finding = sample_caught().findings.front();
  EXPECT_EQ(to_text(finding).find("incomplete"), std::string::npos);
  finding.owner->stack_end = StackEnd::left_out;
  finding.offender->stack_end = StackEnd::lost;
  const std::string text = to_text(finding);
  EXPECT_NE(text.find("\n              stack incomplete: the outermost frames are left out\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("\n              stack incomplete: it could not be followed further\n"), std::string::npos)
      << text;
}

TEST(FindingText, NamesThePointerThatIsNoBlock) {
  Finding finding = sample_caught().findings.front();
  finding.kind = "invalid_free";
  finding.block = Block{0x5512, {}, "", 0, "unknown", "arena (+ 96)"};
  EXPECT_NE(to_text(finding).find("    pointer 0x5512, in arena (+ 96)\n"), std::string::npos) << to_text(finding);
  finding.block->lies_in = "";
  EXPECT_NE(to_text(finding).find("pointer 0x5512, in memory of no heap"), std::string::npos) << to_text(finding);
  finding.block = Block{0x5500, 45, "session", 0, "live", "a block of 45 bytes tagged session (+ 18)"};
  EXPECT_NE(to_text(finding).find("block 0x5500, freed inside of a block of 45 bytes tagged session (+ 18)"),
            std::string::npos);
}

TEST(FindingText, KeepsLongDeedsInColumns) {
  Finding finding = sample_caught().findings.front();
  finding.kind = "double_free";
  finding.freed = finding.owner;
  const std::string text = to_text(finding);
  EXPECT_NE(text.find("    allocated   by worker-1"), std::string::npos) << text;
  EXPECT_NE(text.find("    freed       by worker-1"), std::string::npos) << text;
  EXPECT_NE(text.find("    freed again by worker-2"), std::string::npos) << text;
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
                                    {"b", "targets/common/sessions/http_session.cpp", 2, "", 0},
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
