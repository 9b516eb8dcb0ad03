#include "harness/storm/arrival/arrival.h"

#include <gtest/gtest.h>

#include <string>

namespace heapstorm {
namespace {

// "c0 opens 1", "c0 acts", or "wait".
std::string next(ArrivalOrder& arrival) {
  const auto turn = arrival.next_turn(0);
  if (!turn) return "wait";
  const std::string client = "c" + std::to_string(turn->client);
  return turn->connection == 0 ? client + " acts" : client + " opens " + std::to_string(turn->connection);
}

TEST(ClosedArrival, OpensAnotherConnectionBeforeTheNextOneActs) {
  ConnectionQueue queue(4);
  const auto arrival = make_closed_arrival(2, queue);
  EXPECT_EQ(next(*arrival), "c0 opens 1");
  EXPECT_EQ(next(*arrival), "c1 opens 2");
  EXPECT_EQ(next(*arrival), "wait");
  arrival->on_opened(0);
  arrival->on_opened(1);
  EXPECT_EQ(next(*arrival), "c0 acts");
  arrival->on_left(0, true);
  EXPECT_EQ(next(*arrival), "c0 opens 3");
  EXPECT_EQ(next(*arrival), "c1 acts");
}

TEST(ClosedArrival, WarmsUpOneByOneAndHoldsTheFirstConnectionsUntilAllAreOpen) {
  ConnectionQueue queue(8);
  const auto arrival = make_closed_arrival(4, queue, 2);
  EXPECT_EQ(next(*arrival), "c0 opens 1");
  EXPECT_EQ(next(*arrival), "wait");
  arrival->on_opened(0);
  EXPECT_EQ(next(*arrival), "c1 opens 2");
  EXPECT_EQ(next(*arrival), "wait");
  arrival->on_opened(1);
  EXPECT_EQ(next(*arrival), "c2 opens 3");
  EXPECT_EQ(next(*arrival), "c3 opens 4");
  EXPECT_EQ(next(*arrival), "c0 acts");
}

TEST(ClosedArrival, GoesOnWhenAConnectionOfTheWarmUpFails) {
  ConnectionQueue queue(4);
  const auto arrival = make_closed_arrival(2, queue, 2);
  EXPECT_EQ(next(*arrival), "c0 opens 1");
  arrival->on_left(0, false);
  EXPECT_EQ(next(*arrival), "c1 opens 2");
  arrival->on_left(1, false);
  EXPECT_EQ(next(*arrival), "c0 opens 3");
}

TEST(ClosedArrival, IsFinishedWhenEveryConnectionIsOver) {
  ConnectionQueue queue(2);
  const auto arrival = make_closed_arrival(1, queue);
  EXPECT_EQ(next(*arrival), "c0 opens 1");
  arrival->on_left(0, false);
  EXPECT_FALSE(arrival->finished());
  EXPECT_EQ(next(*arrival), "c0 opens 2");
  arrival->on_opened(0);
  EXPECT_EQ(next(*arrival), "c0 acts");
  EXPECT_FALSE(arrival->finished());
  arrival->on_left(0, true);
  EXPECT_TRUE(arrival->finished());
  EXPECT_EQ(next(*arrival), "wait");
}

TEST(ClosedArrival, BoundsTheOpensInProgressButNotTheConnections) {
  ConnectionQueue queue(1000);
  const auto arrival = make_closed_arrival(1000, queue);
  std::uint32_t opening = 0;
  while (const auto turn = arrival->next_turn(0)) ++opening;
  EXPECT_LT(opening, 1000U);
  for (std::uint32_t client = 0; client < opening; ++client) arrival->on_opened(client);
  EXPECT_EQ(next(*arrival), "c" + std::to_string(opening) + " opens " + std::to_string(opening + 1));
}

// Another engine's arrival order takes from the same queue.
TEST(ClosedArrival, SharesItsConnectionsAndIsFinishedWhenAllAreTaken) {
  ConnectionQueue queue(3);
  const auto one = make_closed_arrival(2, queue);
  const auto other = make_closed_arrival(2, queue, 0, 1);
  EXPECT_EQ(next(*one), "c0 opens 1");
  EXPECT_EQ(next(*other), "c0 opens 2");
  EXPECT_EQ(next(*other), "wait");  // it may open one at once
  EXPECT_EQ(next(*one), "c1 opens 3");
  one->on_left(0, false);
  one->on_left(1, false);
  EXPECT_TRUE(one->finished());
  EXPECT_FALSE(other->finished());
  other->on_left(0, false);
  EXPECT_TRUE(other->finished());
}

TEST(StepwiseArrival, OpensOneAfterAnotherThenActsOneAfterAnother) {
  const auto arrival = make_stepwise_arrival(2);
  EXPECT_EQ(next(*arrival), "c0 opens 1");
  EXPECT_EQ(next(*arrival), "wait");
  arrival->on_opened(0);
  EXPECT_EQ(next(*arrival), "c1 opens 2");
  arrival->on_opened(1);
  EXPECT_EQ(next(*arrival), "c0 acts");
  EXPECT_EQ(next(*arrival), "wait");
  arrival->on_answered(0);
  EXPECT_EQ(next(*arrival), "c0 acts");
  arrival->on_left(0, true);
  EXPECT_EQ(next(*arrival), "c1 acts");
  arrival->on_left(1, true);
  EXPECT_TRUE(arrival->finished());
}

TEST(StepwiseArrival, SkipsAConnectionThatFailedWhileItWaited) {
  const auto arrival = make_stepwise_arrival(3);
  next(*arrival);
  arrival->on_opened(0);
  EXPECT_EQ(next(*arrival), "c1 opens 2");
  arrival->on_left(0, true);
  EXPECT_EQ(next(*arrival), "wait");
  arrival->on_left(1, false);
  EXPECT_EQ(next(*arrival), "c2 opens 3");
  arrival->on_opened(2);
  EXPECT_EQ(next(*arrival), "c2 acts");
  EXPECT_FALSE(arrival->finished());
  arrival->on_left(2, true);
  EXPECT_TRUE(arrival->finished());
}

TEST(ClosedArrival, BeginsNoMoreButCarriesOutWhatIsThere) {
  ConnectionQueue queue(100);
  const auto arrival = make_closed_arrival(2, queue, 2);
  EXPECT_EQ(next(*arrival), "c0 opens 1");
  arrival->begin_no_more();  // in the middle of the warm-up
  EXPECT_EQ(next(*arrival), "wait");
  arrival->on_opened(0);
  EXPECT_EQ(next(*arrival), "c0 acts");
  EXPECT_FALSE(arrival->finished());
  arrival->on_left(0, true);
  EXPECT_EQ(next(*arrival), "wait");
  EXPECT_TRUE(arrival->finished());
}

TEST(StepwiseArrival, BeginsNoMoreButCarriesOutWhatIsThere) {
  const auto arrival = make_stepwise_arrival(100);
  EXPECT_EQ(next(*arrival), "c0 opens 1");
  arrival->on_opened(0);
  arrival->begin_no_more();
  EXPECT_EQ(next(*arrival), "c0 acts");
  arrival->on_left(0, true);
  EXPECT_TRUE(arrival->finished());
}

Plan timed_plan(std::uint32_t connections, std::vector<ArrivalPhase> phases) {
  Load load;
  load.connections = connections;
  load.arrival = Arrival::open;
  load.phases = std::move(phases);
  LeaveStep leave;
  leave.weights[0] = 1;
  load.session = {OpenStep{}, leave};
  return {load, {}, 1};
}

TEST(OpenArrival, BeginsEachConnectionAtItsTimeAndRemembersIt) {
  const Plan plan = timed_plan(3, {{100, 100}});
  ConnectionQueue queue(3);
  const auto arrival = make_open_arrival(1, plan, queue);
  EXPECT_EQ(arrival->next_turn(1000)->intended_us, 1000);  // the timetable begins here
  EXPECT_EQ(arrival->next_turn_us(), std::numeric_limits<std::int64_t>::max()) << "its only client is busy";
  arrival->on_left(0, true);
  EXPECT_EQ(arrival->next_turn_us(), 11'000);
  EXPECT_FALSE(arrival->next_turn(10'999));
  const auto late = arrival->next_turn(50'000);
  EXPECT_EQ(late->connection, 2U);
  EXPECT_EQ(late->intended_us, 11'000);
  arrival->on_left(0, true);
  EXPECT_EQ(arrival->next_turn(50'000)->intended_us, 21'000);
  EXPECT_FALSE(arrival->finished());
  arrival->on_left(0, false);
  EXPECT_TRUE(arrival->finished());
}

TEST(OpenArrival, BeginsNoMoreButCarriesOutWhatIsThere) {
  const Plan plan = timed_plan(3, {{100, 100}});
  ConnectionQueue queue(3);
  const auto arrival = make_open_arrival(2, plan, queue);
  ASSERT_TRUE(arrival->next_turn(1000));
  arrival->begin_no_more();
  EXPECT_EQ(arrival->next_turn_us(), std::numeric_limits<std::int64_t>::max());
  EXPECT_FALSE(arrival->next_turn(1'000'000));
  EXPECT_FALSE(arrival->finished());
  arrival->on_left(0, true);
  EXPECT_TRUE(arrival->finished());
}

TEST(HoldingArrival, BeginsNoMoreButCarriesOutWhatIsThere) {
  ConnectionQueue queue(1);
  const auto arrival = make_holding_arrival(2, make_closed_arrival(1, queue));
  EXPECT_EQ(next(*arrival), "c0 opens 1");
  arrival->begin_no_more();
  arrival->on_opened(0);
  EXPECT_EQ(next(*arrival), "c0 acts");  // begins to hold, and is let go: there is nobody to hold for
  EXPECT_EQ(next(*arrival), "c0 acts");
  EXPECT_FALSE(arrival->finished());
  arrival->on_left(0, true);
  EXPECT_TRUE(arrival->finished());
}

TEST(HoldingArrival, OpensTheHeldOnesFirstAndLetsThemGoLast) {
  ConnectionQueue queue(1);
  const auto arrival = make_holding_arrival(2, make_closed_arrival(1, queue));
  EXPECT_EQ(next(*arrival), "c0 opens 1");
  EXPECT_EQ(next(*arrival), "c1 opens 2");
  EXPECT_EQ(next(*arrival), "wait");
  arrival->on_opened(0);
  EXPECT_EQ(next(*arrival), "c0 acts");  // begins to hold
  EXPECT_EQ(next(*arrival), "wait");
  arrival->on_left(1, false);
  EXPECT_EQ(next(*arrival), "c2 opens 3");
  EXPECT_EQ(next(*arrival), "wait");
  arrival->on_opened(2);
  EXPECT_EQ(next(*arrival), "c2 acts");
  arrival->on_left(2, true);
  EXPECT_EQ(next(*arrival), "c0 acts");
  EXPECT_EQ(next(*arrival), "wait");
  EXPECT_FALSE(arrival->finished());
  arrival->on_left(0, true);
  EXPECT_TRUE(arrival->finished());
}

}  // namespace
}  // namespace heapstorm
