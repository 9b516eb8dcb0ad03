#include "reports/json/read_run_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/base/prng.h"
#include "reports/json/run_json.h"
#include "reports/testing/sample_run.h"

namespace heapstorm {
namespace {

std::string error_of(const std::string& text) {
  const auto result = read_run_json(text, "run.json");
  return result ? "no error" : result.error().message;
}

TEST(ReadRunJson, GivesBackWhatWasWritten) {
  for (const RunResult& sample : {sample_caught(), sample_hostile(), sample_clean()}) {
    const std::string text = to_run_json(sample);
    const auto back = read_run_json(text, "run.json");
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(to_run_json(back.value()), text);
  }
}

// Each value of what has several, by itself.
TEST(ReadRunJson, GivesBackEveryEndGoalAndExit) {
  std::vector<RunResult> samples;
  for (const EndReason reason : {EndReason::completed, EndReason::time_limit, EndReason::resource_limit,
                                 EndReason::target_died, EndReason::signal_injected, EndReason::target_hung,
                                 EndReason::never_listened, EndReason::died_at_start, EndReason::interrupted}) {
    samples.push_back(sample_clean());
    samples.back().end_reason = reason;
  }
  for (const Goal goal : {Goal::workers, Goal::pairs, Goal::meetings}) {
    for (const StormEnd end : {StormEnd::time_limit, StormEnd::stopped, StormEnd::refused}) {
      samples.push_back(sample_clean());
      samples.back().storm.until = GoalResult{.goal = goal, .ended_by = end};
    }
    samples.push_back(sample_clean());
    samples.back().storm.until = GoalResult{goal, true, 3, 4};
  }
  for (const ProcessExit& exit : {ProcessExit{7, {}}, ProcessExit{{}, 9}, ProcessExit{}}) {
    samples.push_back(sample_clean());
    samples.back().exit = exit;
    samples.back().passed = false;
  }
  for (const RunResult& sample : samples) {
    const std::string text = to_run_json(sample);
    const auto back = read_run_json(text, "run.json");
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back.value().end_reason, sample.end_reason);
    EXPECT_EQ(back.value().storm.until, sample.storm.until);
    EXPECT_EQ(back.value().exit.code, sample.exit.code);
    EXPECT_EQ(back.value().exit.signal, sample.exit.signal);
    EXPECT_EQ(back.value().passed, sample.passed);
    EXPECT_EQ(to_run_json(back.value()), text);
  }
}

TEST(ReadRunJson, KnowsTheStormsTimeByItsRate) {
  for (const auto& [connections, duration_ms] :
       {std::pair(19990u, 1000u), {1u, 1u}, {7u, 3u}, {3u, 7000u}, {0u, 500u}}) {
    RunResult sample = sample_clean();
    sample.storm.connections = connections;
    sample.storm.duration_ms = duration_ms;
    const auto back = read_run_json(to_run_json(sample), "run.json");
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back.value().storm.connections, connections);
    EXPECT_EQ(back.value().storm.duration_ms, connections == 0 ? 0 : duration_ms) << connections;
  }
}

TEST(ReadRunJson, TakesAStormOfLessThanAMillisecondForOneOfAMillisecond) {
  RunResult sample = sample_clean();
  sample.storm.connections = 5;
  sample.storm.duration_ms = 0;
  const auto back = read_run_json(to_run_json(sample), "run.json");
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back.value().storm.duration_ms, 1u);
  EXPECT_EQ(to_run_json(back.value()), to_run_json(sample));
}

TEST(ReadRunJson, GivesBackWhatIsNotKnown) {
  RunResult sample = sample_caught();
  Finding& finding = sample.findings[0];
  finding.block = Block{0x1234, {}, "", 0, "unknown", "arena (+ 96)"};
  finding.owner->stack_end = StackEnd::left_out;
  finding.offender->stack_end = StackEnd::lost;
  finding.offender->deed = "written by";
  const std::string text = to_run_json(sample);
  const auto back = read_run_json(text, "run.json");
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(to_run_json(back.value()), text);
  EXPECT_EQ(back.value().findings[0].block, finding.block);
}

TEST(ReadRunJson, TakesAFindingOfAnOlderReport) {
  const std::string text = to_run_json(sample_caught());
  nlohmann::json older = nlohmann::json::parse(text);
  for (const char* side : {"owner", "offender"}) {
    for (const char* field : {"deed", "place"}) older["findings"][0][side].erase(field);
  }
  const auto back = read_run_json(older.dump(), "run.json");
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(to_run_json(back.value()), text);
}

TEST(ReadRunJson, KnowsNoStartOfAnOlderReport) {
  nlohmann::json older = nlohmann::json::parse(to_run_json(sample_clean()));
  ASSERT_EQ(older.at("started_at"), "2023-11-14T22:13:20.000Z");
  older.erase("started_at");
  const auto back = read_run_json(older.dump(), "run.json");
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back.value().started_at_ms, 0U);
}

TEST(ReadRunJson, KnowsNothingOfSessionsAndAnswersOfAnOlderReport) {
  nlohmann::json older = nlohmann::json::parse(to_run_json(sample_clean()));
  for (const char* const field : {"sessions", "answers", "statuses", "answer_latency_us"}) {
    ASSERT_EQ(older.at("load").erase(field), 1U) << field;
  }
  for (nlohmann::json& expectation : older.at("expectations")) expectation.erase("measured");
  const auto back = read_run_json(older.dump(), "run.json");
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_FALSE(back.value().storm.sessions);
  EXPECT_FALSE(back.value().storm.answers);
  EXPECT_EQ(nlohmann::json::parse(to_run_json(back.value())), older);
}

TEST(ReadRunJson, GivesBackWhatBecameOfATimetable) {
  RunResult sample = sample_clean();
  sample.storm.open_loop = OpenLoopFigures{3, {1, 2, 3, 4}, {5, 6, 7, 8}};
  const std::string text = to_run_json(sample);
  const auto back = read_run_json(text, "run.json");
  ASSERT_TRUE(back) << back.error().message;
  ASSERT_TRUE(back.value().storm.open_loop);
  EXPECT_EQ(back.value().storm.open_loop->late_starts, 3U);
  EXPECT_EQ(to_run_json(back.value()), text);
}

TEST(ReadRunJson, GivesBackHowTheStormWentOnAndKnowsNoRoundsOfAnOlderReport) {
  RunResult sample = sample_clean();
  sample.storm.rounds = 4;
  sample.storm.until = GoalResult{.goal = Goal::findings, .ended_by = StormEnd::time_limit};
  const std::string text = to_run_json(sample);
  const auto back = read_run_json(text, "run.json");
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back.value().storm.rounds, 4U);
  EXPECT_EQ(back.value().storm.until, sample.storm.until);
  EXPECT_EQ(back.value().storm.end, StormEnd::completed);
  nlohmann::json older = nlohmann::json::parse(text);
  older.at("load").erase("rounds");
  const auto old = read_run_json(older.dump(), "run.json");
  ASSERT_TRUE(old) << old.error().message;
  EXPECT_EQ(old.value().storm.rounds, 1U);
}

TEST(ReadRunJson, NamesTheFileOfWhatIsNoReport) {
  for (const char* text : {"", "{", "[]", "7", "{}", R"({"schema":"heapstorm.run/2"})", R"({"schema":7})"}) {
    const std::string error = error_of(text);
    EXPECT_TRUE(error.starts_with("run.json: is no report of a run")) << text << ": " << error;
  }
}

TEST(ReadRunJson, RefusesEveryMissingAndEveryMistypedMember) {
  const nlohmann::json good = nlohmann::json::parse(to_run_json(sample_caught()));
  const nlohmann::json flat = good.flatten();
  for (const auto& [pointer, value] : flat.items()) {
    nlohmann::json wrong = good;
    // Nothing that is written is an array of arrays in a place where these stand.
    wrong[nlohmann::json::json_pointer(pointer)] = nlohmann::json::parse("[[]]");
    const bool unread = pointer == "/findings/0/first/connection" || pointer == "/findings/0/first/action";
    EXPECT_EQ(error_of(wrong.dump()) == "no error", unread) << pointer;
  }
}

TEST(ReadRunJson, NamesThePlaceOfAMistake) {
  const nlohmann::json good = nlohmann::json::parse(to_run_json(sample_caught()));
  const auto error_with = [&](const char* pointer, const nlohmann::json& value) {
    nlohmann::json wrong = good;
    wrong[nlohmann::json::json_pointer(pointer)] = value;
    return error_of(wrong.dump());
  };
  const std::string refusal = "run.json: is no report of a run: ";
  EXPECT_EQ(error_with("/seed", -1), refusal + "seed: is not a whole number from 0 on");
  EXPECT_EQ(error_with("/findings/0/owner/stack/0/line", "7"),
            refusal + "findings: [0]: owner: stack: line: is not a whole number from 0 on");
  EXPECT_EQ(error_with("/findings/0/block", nlohmann::json::object()),
            refusal + "findings: [0]: block: has no \"address\"");
  EXPECT_EQ(error_with("/load/sessions/begun", 7), refusal + "load: sessions: begun: is not the sum of the others");
  EXPECT_EQ(error_with("/load/statuses/2xx", 7), refusal + "load: statuses: 2xx: is no HTTP status");
  EXPECT_NE(error_of("{\"seed\": 7,\n oops}").find("line 2, column 2"), std::string::npos);
}

TEST(ReadRunJson, SurvivesChangedBytes) {
  const std::string good = to_run_json(sample_hostile());
  Prng prng(1);
  for (int i = 0; i < 3000; ++i) {
    std::string changed = good;
    for (std::uint64_t n = prng.between(1, 4); n > 0; --n)
      changed[prng.below(changed.size())] = static_cast<char>(prng.next());
    if (i % 4 == 0) changed.resize(prng.below(changed.size()));
    (void)read_run_json(changed, "run.json");
  }
}

}  // namespace
}  // namespace heapstorm
