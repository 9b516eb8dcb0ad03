// What the clients met, against the defaults and against expect.load.
#include "harness/runner/evidence/load_verdict.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "harness/faults/testing/fault_of.h"
#include "harness/scenario/testing/scenario_samples.h"
#include "harness/storm/storm_error.h"

namespace heapstorm {
namespace {

using Limit = LoadBound::Limit;
using Expectations = std::vector<Expectation>;

Scenario scenario_of(Protocol protocol = Protocol::websocket) {
  Scenario scenario;
  scenario.load.protocol = protocol;
  scenario.expect.clean = true;
  return scenario;
}

// A run in which nothing was found, nor anything else was to be.
RunResult run_with(SessionCounts sessions, std::map<int, std::uint64_t> statuses = {}) {
  RunResult result;
  result.expectations = {{"finds nothing", true}};
  result.storm.sessions = sessions;
  result.storm.attempted = sessions.begun();
  result.storm.connections = sessions.completed;
  if (sessions.cut > 0) result.storm.errors[static_cast<std::size_t>(Phase::read)][ECONNRESET] = sessions.cut;
  result.storm.answers.emplace().statuses = std::move(statuses);
  return result;
}

Expectations judge(const SessionCounts& sessions, const Scenario& scenario = scenario_of()) {
  return judge_load(scenario, run_with(sessions));
}

TEST(LoadVerdict, AStormInWhichNoSessionGetsThroughFailsAndSaysByWhat) {
  EXPECT_EQ(judge({.cut = 50}), (Expectations{{"sessions get through", false, "0 of 50 did; read: ECONNRESET 50"}}));
}

TEST(LoadVerdict, HalfOfTheSessionsIsEnoughAndOneLessIsNot) {
  EXPECT_EQ(judge({.completed = 5, .cut = 5}),
            (Expectations{{"sessions get through", true, "5 of 10 did; read: ECONNRESET 5"}}));
  EXPECT_EQ(judge({.completed = 4, .cut = 5}),
            (Expectations{{"sessions get through", false, "4 of 9 did; read: ECONNRESET 5"}}));
  EXPECT_EQ(judge({.completed = 9}), (Expectations{{"sessions get through", true, "9 of 9 did"}}));
}

TEST(LoadVerdict, ExcusedAndUnfinishedSessionsDoNotCount) {
  EXPECT_TRUE(all_met(judge({.completed = 1, .excused = 50, .unfinished = 50})));
  EXPECT_FALSE(all_met(judge({.completed = 1, .cut = 2, .excused = 50, .unfinished = 50})));
  EXPECT_EQ(judge({.excused = 3}), Expectations{});
  EXPECT_EQ(judge({.unfinished = 3}), Expectations{});
}

TEST(LoadVerdict, WhereTheTimeWasUpBeforeAnythingWasAnsweredNothingIsProven) {
  Scenario scenario = scenario_of();
  scenario.load.session.emplace_back(SendStep{.text = "y", .times = {1, 1}});
  RunResult result = run_with({.unfinished = 8});
  EXPECT_EQ(judge_load(scenario, result), Expectations{}) << "it did not end by the limit of time";
  result.end_reason = EndReason::time_limit;
  EXPECT_EQ(judge_load(scenario, result),
            (Expectations{{"sessions get through", false, "0 of 8 did: the time was up before one was opened"}}));
  result.storm.connections = 8;
  EXPECT_EQ(judge_load(scenario, result), Expectations{}) << "they have said nothing yet";
  result.storm.messages = 8;
  EXPECT_EQ(judge_load(scenario, result),
            (Expectations{{"sessions get through", false, "0 of 8 did: the time was up before one was answered"}}));
  result.storm.answers->count = 1;
  EXPECT_EQ(judge_load(scenario, result), Expectations{}) << "they were only too long";
  EXPECT_EQ(
      judge_load(scenario, result, true),
      (Expectations{{"sessions get through", false, "0 of 8 did: the time was up before one was answered in full"}}));
  result.storm.answers->count = 0;
  result.storm.sessions->excused = 3;
  EXPECT_FALSE(all_met(judge_load(scenario, result)));
}

TEST(LoadVerdict, OfATargetThatAsanHasEndedTheFindingSaysEnough) {
  RunResult result = run_with({.completed = 2, .cut = 98});
  result.exit.code = 66;
  EXPECT_FALSE(all_met(judge_load(scenario_of(), result))) << "a code of its own";
  Finding& finding = result.findings.emplace_back();
  const auto has_its_say = [&](const std::string& source, const std::string& kind) {
    finding.source = source;
    finding.kind = kind;
    return judge_load(scenario_of(), result) == Expectations{};
  };
  EXPECT_TRUE(has_its_say("asan", "asan:heap-use-after-free"));
  EXPECT_FALSE(has_its_say("asan", "lsan:leak")) << "found at the end";
  EXPECT_FALSE(has_its_say("tsan", "data_race")) << "which ends nobody";
  EXPECT_FALSE(has_its_say("owner_heap", "use_after_free"));
  finding.witnesses = {{"asan", "asan:use-after-poison"}};
  EXPECT_TRUE(has_its_say("owner_heap", "use_after_free"));
  result.exit.code = 0;
  EXPECT_FALSE(has_its_say("owner_heap", "use_after_free"));
}

TEST(LoadVerdict, WhereNoAnswerIsAwaitedItsLackProvesNothing) {
  RunResult result = run_with({.unfinished = 8});
  result.end_reason = EndReason::time_limit;
  result.storm.connections = 8;
  result.storm.messages = 8000;
  Scenario scenario = scenario_of();
  scenario.load.session.emplace_back(SendStep{.text = "y", .times = {1000, 1000}, .answers = 0});
  EXPECT_EQ(judge_load(scenario, result), Expectations{});
  scenario.load.session.emplace_back(SendStep{.text = "y", .times = {1, 1}, .answers = 1});
  EXPECT_FALSE(all_met(judge_load(scenario, result)));
  scenario.load.session = {RequestStep{}};
  EXPECT_FALSE(all_met(judge_load(scenario, result)));
}

TEST(LoadVerdict, ARefusedHandshakeIsSaidOnceAndByItsStatus) {
  RunResult result = run_with({.cut = 20}, {{404, 20}});
  result.storm.errors = {};
  result.storm.errors[static_cast<std::size_t>(Phase::handshake)][EPROTO] = 20;
  EXPECT_EQ(judge_load(scenario_of(), result),
            (Expectations{{"sessions get through", false, "0 of 20 did; handshake: EPROTO 20; statuses: 404 20"}}));
  result.storm.sessions = {.completed = 2, .cut = 18};
  result.storm.answers->statuses = {{101, 2}, {401, 18}};
  EXPECT_EQ(judge_load(scenario_of(), result).at(0).measured, "2 of 20 did; handshake: EPROTO 20; statuses: 401 18");
  result.storm.answers->statuses = {{101, 2}, {200, 18}};
  EXPECT_EQ(judge_load(scenario_of(), result).at(0).measured, "2 of 20 did; handshake: EPROTO 20; statuses: 200 18");
}

TEST(LoadVerdict, AnswersThatAreAllErrorsFail) {
  const auto answers = [](std::map<int, std::uint64_t> statuses) {
    return judge_load(scenario_of(Protocol::http), run_with({.completed = 20}, std::move(statuses))).at(1);
  };
  EXPECT_EQ(answers({{500, 60}}), (Expectation{"answers are not all errors", false, "60 of 60 were 500"}));
  EXPECT_EQ(answers({{404, 20}, {500, 40}}),
            (Expectation{"answers are not all errors", false, "60 of 60 were; 500 40, 404 20"}));
  EXPECT_EQ(answers({{200, 1}, {500, 59}}),
            (Expectation{"answers are not all errors", true, "59 of 60 were; 500 59, 200 1"}));
  EXPECT_EQ(answers({{400, 60}}).met, false);
  EXPECT_EQ(answers({{399, 60}}).met, true);
  EXPECT_EQ(answers({{302, 60}}), (Expectation{"answers are not all errors", true, "0 of 60 were"}));
}

TEST(LoadVerdict, WhereNothingHasAStatusNoAnswerIsJudged) {
  EXPECT_EQ(judge_load(scenario_of(Protocol::http), run_with({.completed = 2})).size(), 1U);
  EXPECT_EQ(judge_load(scenario_of(Protocol::tcp), run_with({.completed = 2})).size(), 1U);
}

TEST(LoadVerdict, OneSessionIsEnoughWhereThePlanKeepsTheTargetFromServing) {
  for (const char* kind :
       {"worker_restart", "worker_stall", "allocation_failure", "descriptor_exhaustion", "signal", "clock_jump"}) {
    Scenario scenario = scenario_of();
    scenario.faults = {test::fault_of("clock_tick"), test::fault_of(kind)};
    EXPECT_TRUE(all_met(judge({.completed = 1, .cut = 99}, scenario))) << kind;
    EXPECT_FALSE(all_met(judge({.cut = 99}, scenario))) << kind;
  }
  for (const char* kind : {"clock_tick", "heap_delay", "heap_yield"}) {
    Scenario scenario = scenario_of();
    scenario.faults = {test::fault_of(kind)};
    EXPECT_FALSE(all_met(judge({.completed = 1, .cut = 99}, scenario))) << kind;
  }
}

TEST(LoadVerdict, SessionsThatATargetsEndCutAreJudgedByThatEnd) {
  RunResult result = run_with({.cut = 50});
  for (const EndReason reason :
       {EndReason::target_died, EndReason::signal_injected, EndReason::resource_limit, EndReason::target_hung,
        EndReason::never_listened, EndReason::died_at_start, EndReason::interrupted}) {
    result.end_reason = reason;
    EXPECT_EQ(judge_load(scenario_of(), result), Expectations{}) << to_string(reason);
  }
  result.end_reason = EndReason::time_limit;
  EXPECT_FALSE(all_met(judge_load(scenario_of(), result)));
  result.storm.end = StormEnd::refused;
  EXPECT_EQ(judge_load(scenario_of(), result), Expectations{});
  result.storm.end = StormEnd::completed;
  result.findings.emplace_back().kind = "hang";
  EXPECT_EQ(judge_load(scenario_of(), result), Expectations{});
}

TEST(LoadVerdict, ADefectThatWasExpectedAndFoundExplainsWhatItCut) {
  Scenario scenario = scenario_of();
  scenario.expect.clean = false;
  RunResult result = run_with({.cut = 50});
  result.expectations = {{"finds crash", true}, {"finds nothing else", true}};
  EXPECT_EQ(judge_load(scenario, result), Expectations{});
  result.expectations[0].met = false;
  EXPECT_FALSE(all_met(judge_load(scenario, result)));
  result.expectations = {{"finds nothing else", true}};  // none of its patterns is for this flavour
  EXPECT_FALSE(all_met(judge_load(scenario, result)));
}

TEST(LoadVerdict, ABoundReplacesTheDefaultOfItsKindAndNoOther) {
  Scenario scenario = scenario_of(Protocol::http);
  const RunResult result = run_with({.completed = 2, .cut = 8}, {{500, 10}});
  scenario.expect.load = {{LoadFigure::sessions, {"completed"}, Limit::min, 2}};
  EXPECT_EQ(judge_load(scenario, result), (Expectations{{"sessions completed at least 2", true, "2 of 10"},
                                                        {"answers are not all errors", false, "10 of 10 were 500"}}));
  scenario.expect.load = {{LoadFigure::statuses, {"5xx"}, Limit::max, 10}, {LoadFigure::errors, {}, Limit::max, 8}};
  EXPECT_EQ(judge_load(scenario, result),
            (Expectations{{"statuses 5xx at most 10", true, "10 of 10"},
                          {"errors at most 8", true, "8 of 10; read: ECONNRESET 8"},
                          {"sessions get through", false, "2 of 10 did; read: ECONNRESET 8; statuses: 500 10"}}));
}

// Of one bound, met at its value and not beyond it.
void expect_edge(const RunResult& result, LoadBound bound, double edge, const std::string& measured) {
  Scenario scenario = scenario_of();
  const bool is_lower = bound.limit == Limit::min || bound.limit == Limit::min_share;
  const bool is_share = bound.limit == Limit::min_share || bound.limit == Limit::max_share;
  const double step = (is_share ? 0.001 : 1) * (is_lower ? 1 : -1);
  for (const bool met : {true, false}) {
    bound.value = met ? edge : edge + step;
    scenario.expect.load = {bound};
    const Expectation judged = judge_load(scenario, result).at(0);
    EXPECT_EQ(judged.met, met) << judged.text;
    EXPECT_EQ(judged.measured, measured) << judged.text;
  }
}

TEST(LoadVerdict, BoundsIncludeTheirEnds) {
  RunResult result = run_with({.completed = 15, .cut = 5, .unfinished = 20}, {{200, 30}, {404, 7}, {500, 2}, {503, 1}});
  result.storm.errors[static_cast<std::size_t>(Phase::close)][ECONNRESET] = 3;
  result.storm.duration_ms = 500;
  result.storm.latency_us = {1, 2, 3, 4};
  result.storm.answers->count = 1;
  result.storm.answers->latency_us = {5, 6, 7, 8};
  for (const Limit limit : {Limit::min, Limit::max}) {
    expect_edge(result, {LoadFigure::sessions, {"completed"}, limit}, 15, "15 of 20");
    expect_edge(result, {LoadFigure::errors, {}, limit}, 8, "8 of 40; read: ECONNRESET 5, close: ECONNRESET 3");
    expect_edge(result, {LoadFigure::errors, {"read"}, limit}, 5, "5 of 40");
    expect_edge(result, {LoadFigure::errors, {"close", "ECONNRESET"}, limit}, 3, "3 of 40");
    expect_edge(result, {LoadFigure::statuses, {"5xx"}, limit}, 3, "3 of 40");
    expect_edge(result, {LoadFigure::statuses, {"404"}, limit}, 7, "7 of 40");
    expect_edge(result, {LoadFigure::rate_per_s, {}, limit}, 30, "30");
    expect_edge(result, {LoadFigure::open_latency_us, {"p50"}, limit}, 1, "1");
    expect_edge(result, {LoadFigure::open_latency_us, {"p90"}, limit}, 2, "2");
    expect_edge(result, {LoadFigure::open_latency_us, {"p99"}, limit}, 3, "3");
    expect_edge(result, {LoadFigure::answer_latency_us, {"max"}, limit}, 8, "8");
  }
  for (const Limit limit : {Limit::min_share, Limit::max_share}) {
    expect_edge(result, {LoadFigure::sessions, {"completed"}, limit}, 0.75, "75 %, 15 of 20");
    expect_edge(result, {LoadFigure::errors, {"read"}, limit}, 0.125, "12.5 %, 5 of 40");
    expect_edge(result, {LoadFigure::statuses, {"2xx"}, limit}, 0.75, "75 %, 30 of 40");
  }
  expect_edge(result, {LoadFigure::errors, {"read", "EPIPE"}, Limit::max}, 0, "0 of 40");
}

TEST(LoadVerdict, WhatWasMeasuredIsNotRoundedToWhatWasWanted) {
  Scenario scenario = scenario_of();
  scenario.expect.load = {{LoadFigure::sessions, {"completed"}, Limit::min_share, 1},
                          {LoadFigure::rate_per_s, {}, Limit::min, 1000}};
  RunResult result = run_with({.completed = 19'999, .cut = 1});
  result.storm.connections = 9'996;
  result.storm.duration_ms = 10'000;
  const Expectations judged = judge_load(scenario, result);
  EXPECT_EQ(judged.at(0).measured, "99.995 %, 19999 of 20000");
  EXPECT_EQ(judged.at(1).measured, "999.6");
}

TEST(LoadVerdict, TheTextOfABoundSaysWhatWasWantedAndNeverWhatWas) {
  Scenario scenario = scenario_of();
  scenario.expect.load = {{LoadFigure::errors, {"read", "ECONNRESET"}, Limit::max_share, 0.005},
                          {LoadFigure::statuses, {"2xx"}, Limit::min_share, 0.95},
                          {LoadFigure::rate_per_s, {}, Limit::min, 1000},
                          {LoadFigure::open_latency_us, {"p99"}, Limit::max, 50000},
                          {LoadFigure::answer_latency_us, {"p50"}, Limit::max, 4000000000}};
  const Expectations judged = judge_load(scenario, run_with({.completed = 1}));
  EXPECT_EQ(judged.at(0).text, "errors read ECONNRESET at most 0.5 %");
  EXPECT_EQ(judged.at(1).text, "statuses 2xx at least 95 %");
  EXPECT_EQ(judged.at(2).text, "connections per s at least 1000");
  EXPECT_EQ(judged.at(3).text, "latency of opening in us, p99 at most 50000");
  EXPECT_EQ(judged.at(4).text, "latency of answers in us, p50 at most 4000000000");
}

TEST(LoadVerdict, ALatencyThatWasNeverMeasuredKeepsNoBound) {
  Scenario scenario = scenario_of();
  scenario.expect.load = {{LoadFigure::open_latency_us, {"p99"}, Limit::max, 50000},
                          {LoadFigure::answer_latency_us, {"p99"}, Limit::max, 50000}};
  for (const Expectation& judged : judge_load(scenario, run_with({.excused = 1}))) {
    EXPECT_FALSE(judged.met) << judged.text;
    EXPECT_EQ(judged.measured, "nothing was measured");
  }
}

// The scenario's reader knows no storm and has a list of its own.
TEST(LoadVerdict, EachPhaseAndEachErrorOfTlsCanBeBounded) {
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    for (int error = first_tls_error; is_tls_error(error); ++error) {
      const std::string bound = std::string(R"({"load": {"errors": {")") + to_string(static_cast<Phase>(phase)) +
                                R"(": {")" + error_name(error) + R"(": {"max": 0}}}}, "clean": true})";
      const auto parsed = parse_scenario(scenario::small_sample(), "small.json", {{"expect", bound}});
      ASSERT_TRUE(parsed) << parsed.error().message;
      EXPECT_EQ(parsed.value().expect.load.size(), 1U) << bound;
    }
  }
}

}  // namespace
}  // namespace heapstorm
