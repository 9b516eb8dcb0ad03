// A storm that goes on after the plan's connections, round after round.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "harness/faults/testing/fault_of.h"
#include "harness/faults/testing/recording_target.h"
#include "harness/storm/testing/server.h"
#include "harness/storm/testing/small_storm.h"

namespace heapstorm {
namespace {

using test::load_of;
using test::Server;
using test::storm;

Load load_of_three() {
  return load_of(Protocol::websocket, 3, 2, {SendStep{"y", {1, 1}}}, {.fin = 1});
}

StormOptions rounds_in_all(std::uint32_t most) {
  StormOptions options;
  options.another_round = [most](std::uint32_t rounds) { return rounds < most; };
  return options;
}

void expect_each_once(Server& server, std::uint32_t connections) {
  for (std::uint32_t number = 1; number <= connections; ++number) {
    EXPECT_EQ(server.journal().count(std::to_string(number) + " open"), 1U) << number;
  }
  EXPECT_EQ(server.journal().count(std::to_string(connections + 1) + " open"), 0U);
}

TEST(Rounds, GoOnWithTheNextNumbersOfThePlanAndAddUp) {
  Server server(test::echo_frames);
  const StormResult result = storm(load_of_three(), server.port(), {}, rounds_in_all(3));
  server.finish();
  expect_each_once(server, 9);
  EXPECT_EQ(result.end, StormEnd::completed);
  EXPECT_EQ(result.rounds, 3U);
  EXPECT_EQ(result.attempted, 9U);
  EXPECT_EQ(result.connections, 9U);
  EXPECT_EQ(result.messages, 9U);
  EXPECT_EQ(test::closes(result, CloseKind::fin).planned, 9U);
  EXPECT_EQ(test::closes(result, CloseKind::fin).injected, 9U);
  EXPECT_EQ(test::total_errors(result), 0U);
  ASSERT_TRUE(result.until);
  EXPECT_EQ(result.until->goal, Goal::findings);
  EXPECT_FALSE(result.until->reached);
  EXPECT_EQ(result.until->ended_by, StormEnd::completed);
}

TEST(Rounds, WithoutAnotherOneNothingIsSaid) {
  Server server(test::echo_frames);
  const StormResult result = storm(load_of_three(), server.port(), {}, rounds_in_all(1));
  server.finish();
  expect_each_once(server, 3);
  EXPECT_EQ(result.rounds, 1U);
  EXPECT_FALSE(result.until);
}

TEST(Rounds, StepwiseBeginsWhenTheRoundBeforeIsOver) {
  Server server(test::echo_frames);
  Load load = load_of_three();
  load.arrival = Arrival::stepwise;
  storm(load, server.port(), {}, rounds_in_all(2));
  server.finish();
  expect_each_once(server, 6);
  const test::Journal& journal = server.journal();
  EXPECT_LT(journal.find("3 open"), journal.find("1 message y"));
  EXPECT_LT(journal.find("3 message y"), journal.find("4 open"));
  EXPECT_LT(journal.find("6 open"), journal.find("4 message y"));
}

TEST(Rounds, EachWarmsUpAndHoldsItsOwn) {
  for (const bool holds : {true, false}) {
    Server server(test::echo_frames);
    Load load = load_of_three();
    (holds ? load.held : load.warm_up) = 2;
    const StormResult result = storm(load, server.port(), {}, rounds_in_all(2));
    server.finish();
    expect_each_once(server, 6);
    EXPECT_EQ(test::total_errors(result), 0U);
    const test::Journal& journal = server.journal();
    EXPECT_LT(journal.find("5 open"), journal.find("4 message y"));
    if (holds) {
      EXPECT_LT(journal.find("6 message y"), journal.find("4 message y")) << "the held ones are let go last";
    }
  }
}

TEST(Rounds, OfATimetableEachHasItsOwn) {
  Server server(test::echo_frames);
  Load load = load_of_three();
  load.arrival = Arrival::open;
  load.phases = {{20, 20}};
  const StormResult result = storm(load, server.port(), {}, rounds_in_all(2));
  server.finish();
  expect_each_once(server, 6);
  EXPECT_GE(result.duration_ms, 2U * 2 * 50);  // the last of a round begins 100 ms after its first
}

TEST(Rounds, SeveralThreadsShareEach) {
  Server server(test::echo_frames);
  Load load = load_of(Protocol::websocket, 40, 6, {SendStep{"y", {1, 1}}}, {.fin = 1});
  load.client_threads = 3;
  const StormResult result = storm(load, server.port(), {}, rounds_in_all(4));
  server.finish();
  expect_each_once(server, 160);
  EXPECT_EQ(result.client_threads, 3U);
  EXPECT_EQ(result.connections, 160U);
  EXPECT_EQ(test::total_errors(result), 0U);
}

TEST(Rounds, EndInTheMiddleWhenTheFindingsAreThere) {
  Server server(test::echo_frames);
  Load load = load_of_three();
  load.connections = 20;
  load.arrival = Arrival::stepwise;
  StormOptions options = rounds_in_all(100);
  int asked = 0;
  options.reached_goal = [&](Goal goal) { return goal == Goal::findings && ++asked == 5; };
  const StormResult result = storm(load, server.port(), {}, options);
  server.finish();
  EXPECT_EQ(result.end, StormEnd::completed);
  EXPECT_EQ(result.rounds, 2U);
  ASSERT_TRUE(result.until);
  EXPECT_TRUE(result.until->reached);
  EXPECT_EQ(result.until->connections, result.attempted);
  EXPECT_GE(result.attempted, 20U);
  EXPECT_LE(result.attempted, 24U);  // asked at least once before each
  EXPECT_EQ(asked, 5) << "not asked in the first round, nor once reached";
  EXPECT_EQ(test::closes(result, CloseKind::fin).injected, result.attempted);
}

TEST(Rounds, AGoalOfTheFirstRoundAsksForNoOther) {
  Server server(test::echo_frames);
  Load load = load_of_three();
  load.until = Goal::findings;
  StormOptions options;
  options.reached_goal = [](Goal) { return true; };
  options.another_round = [](std::uint32_t) {
    ADD_FAILURE() << "asked";
    return false;
  };
  const StormResult result = storm(load, server.port(), {}, options);
  ASSERT_TRUE(result.until);
  EXPECT_TRUE(result.until->reached);
  EXPECT_EQ(result.rounds, 1U);
  EXPECT_EQ(result.attempted, 0U);
}

TEST(Rounds, AStopInAFurtherOneIsAStop) {
  Server server(test::echo_frames);
  std::stop_source stop;
  StormOptions options = rounds_in_all(1000);
  options.reached_goal = [&](Goal) {
    stop.request_stop();
    return false;
  };
  StormProgress progress;
  const Plan plan(load_of_three(), {}, 7);
  const StormResult result = run_storm(plan, {"127.0.0.1", server.port()}, options, progress, stop.get_token());
  EXPECT_EQ(result.end, StormEnd::stopped);
  EXPECT_EQ(result.rounds, 2U);
  EXPECT_EQ(progress.rounds, 2U);
  ASSERT_TRUE(result.until);
  EXPECT_EQ(result.until->ended_by, StormEnd::stopped);
}

TEST(Rounds, TheTimeLimitIsThatOfAllAndNoEndOfThePlan) {
  Server server(test::echo_frames);
  StormOptions options;
  options.another_round = [](std::uint32_t) { return true; };
  Load load = load_of_three();
  load.arrival = Arrival::open;
  load.phases = {{1, 1}};  // of each round the last begins after two seconds
  options.time_limit_ms = 4000;
  const StormResult result = storm(load, server.port(), {}, options);
  EXPECT_EQ(result.end, StormEnd::completed);
  EXPECT_EQ(result.rounds, 2U);
  ASSERT_TRUE(result.until);
  EXPECT_FALSE(result.until->reached);
  EXPECT_EQ(result.until->ended_by, StormEnd::time_limit);
}

TEST(Rounds, FaultsGoOnOverAll) {
  Server server(test::echo_frames);
  test::RecordingTarget target;
  const std::vector<Fault> faults = {
      test::fault_of("clock_jump", {{"every_opens", 1}, {"forward_s", 60}, {"times", 4}})};
  FaultSchedule schedule(faults, InjectionSite::in_storm, target);
  StormOptions options = rounds_in_all(3);
  options.faults = &schedule;
  storm(load_of_three(), server.port(), faults, options);
  EXPECT_EQ(schedule.injected(faults[0]), 4U);
}

}  // namespace
}  // namespace heapstorm
