#include "harness/storm/engine/steering.h"

#include <gtest/gtest.h>

#include "harness/storm/testing/server.h"
#include "harness/storm/testing/small_storm.h"

namespace heapstorm {
namespace {

using test::load_of;
using test::Server;
using test::storm;

Load endless_load(std::uint32_t concurrent) {
  Load load = load_of(Protocol::tcp, 1000000, concurrent, {SendStep{"y", {1, 1}}}, {.fin = 1});
  load.until = Goal::pairs;
  return load;
}

TEST(Steering, EndsTheStormSoonAfterItsGoalIsReachedAndCarriesOutWhatWasBegun) {
  Server server(test::echo_bytes);
  StormOptions options;
  int asked = 0;
  options.reached_goal = [&](Goal goal) { return goal == Goal::pairs && ++asked == 5; };
  const StormResult result = storm(endless_load(4), server.port(), {}, options);
  server.finish();
  EXPECT_EQ(result.end, StormEnd::completed);
  ASSERT_TRUE(result.until);
  EXPECT_TRUE(result.until->reached);
  EXPECT_EQ(asked, 5);
  EXPECT_EQ(result.until->connections, result.attempted);  // none begun afterwards
  EXPECT_EQ(result.connections, result.attempted);
  EXPECT_EQ(test::closes(result, CloseKind::fin).injected, result.attempted);
  EXPECT_EQ(test::total_errors(result), 0U);
}

TEST(Steering, AGoalThatIsNotReachedIsSaidAfterAllConnections) {
  Server server(test::echo_bytes);
  Load load = endless_load(4);
  load.connections = 30;
  StormOptions options;
  options.reached_goal = [](Goal) { return false; };
  const StormResult result = storm(load, server.port(), {}, options);
  EXPECT_EQ(result.attempted, 30U);
  ASSERT_TRUE(result.until);
  EXPECT_FALSE(result.until->reached);
}

TEST(Steering, OfAStepwiseStormAsksBeforeEachOpen) {
  Server server(test::echo_bytes);
  Load load = endless_load(10);
  load.connections = 10;
  load.arrival = Arrival::stepwise;
  std::uint64_t opens_seen = 0;
  StormOptions options;
  options.reached_goal = [&](Goal) { return ++opens_seen > 3; };
  const StormResult result = storm(load, server.port(), {}, options);
  ASSERT_TRUE(result.until);
  EXPECT_TRUE(result.until->reached);
  EXPECT_LE(result.attempted, 3U);
  EXPECT_EQ(test::closes(result, CloseKind::fin).injected, result.attempted);
}

TEST(Steering, ALoadWithoutAGoalIsNotAsked) {
  Server server(test::echo_bytes);
  Load load = endless_load(2);
  load.connections = 10;
  load.until.reset();
  StormOptions options;
  options.reached_goal = [](Goal) { return true; };
  const StormResult result = storm(load, server.port(), {}, options);
  EXPECT_EQ(result.attempted, 10U);
  EXPECT_FALSE(result.until);
}

}  // namespace
}  // namespace heapstorm
