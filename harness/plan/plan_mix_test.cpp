// Plans of several sessions, and of steps that choose among paths.
#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <string>

#include "harness/plan/plan.h"

namespace heapstorm {
namespace {

LeaveStep leave_by(CloseKind kind) {
  LeaveStep leave;
  leave.weights[static_cast<std::size_t>(kind)] = 1;
  return leave;
}

// Three times in four: a handshake at one of two paths. Else: up to three messages.
Load mixed_load(std::uint32_t connections) {
  Load load;
  load.connections = connections;
  load.session = {OpenStep{{"/a", "/b"}, {{"Token", "x"}}, {"chat"}}, leave_by(CloseKind::fin), OpenStep{{"/c"}},
                  SendStep{"y", {1, 3}}, leave_by(CloseKind::rst)};
  load.mix = {{3, 0, 2}, {1, 2, 3}};
  return load;
}

std::string lines_of(const Plan& plan) {
  std::ostringstream out;
  plan.write_jsonl(out);
  return out.str();
}

TEST(PlanMix, ReadsAsAScriptOfWhichClientDoesWhat) {
  EXPECT_EQ(lines_of(Plan(mixed_load(4), {}, 7)),
            R"({"plan":1,"seed":7,"protocol":"websocket","connections":4,"concurrent":1,"arrival":"closed"}
{"session":1,"weight":3}
{"step":0,"open":{"path":["/a","/b"],"headers":{"Token":"x"},"subprotocols":["chat"]}}
{"step":1,"leave":{"close_frame":0,"fin":1,"rst":0}}
{"session":2,"weight":1}
{"step":2,"open":{"path":"/c"}}
{"step":3,"send":"y","times":"1..3"}
{"step":4,"leave":{"close_frame":0,"fin":0,"rst":1}}
{"connection":1,"session":1,"do":[{"open":"/b"},{"leave":"fin"}]}
{"connection":2,"session":1,"do":[{"open":"/b"},{"leave":"fin"}]}
{"connection":3,"session":2,"do":["open",{"send":"y","times":2},{"leave":"rst"}]}
{"connection":4,"session":1,"do":[{"open":"/a"},{"leave":"fin"}]}
)");
}

TEST(PlanMix, SessionsFollowTheirWeightsAndWeightZeroNeverHappens) {
  Load load = mixed_load(10000);
  std::map<std::uint32_t, int> counts;
  const Plan plan(load, {}, 3);
  for (std::uint32_t i = 1; i <= 10000; ++i) ++counts[plan.connection(i).session];
  EXPECT_NEAR(counts[0], 7500, 220);
  load.mix[1].weight = 0;
  const Plan without(load, {}, 3);
  for (std::uint32_t i = 1; i <= 10000; ++i) ASSERT_EQ(without.connection(i).session, 0U);
}

TEST(PlanMix, AnotherWeightLeavesTheDrawsOfASessionAlone) {
  Load load = mixed_load(1000);
  const Plan plan(load, {}, 3);
  load.mix[0].weight = 0;
  const Plan other(load, {}, 3);
  for (std::uint32_t i = 1; i <= 1000; ++i) {
    const PlannedConnection connection = plan.connection(i);
    if (connection.session == 1) {
      EXPECT_EQ(connection, other.connection(i));
    }
  }
}

TEST(PlanMix, EveryPathOfAListIsChosen) {
  const Plan plan(mixed_load(1000), {}, 3);
  std::map<std::uint32_t, int> counts;
  for (std::uint32_t i = 1; i <= 1000; ++i) {
    const PlannedConnection connection = plan.connection(i);
    if (connection.session == 0) ++counts[connection.actions.front().choice];
  }
  EXPECT_EQ(counts.size(), 2U);
  EXPECT_NEAR(counts[0], counts[1], 140);
}

TEST(PlanMix, AClientKeepsToItsPathForTheStep) {
  Load load = mixed_load(50);
  load.protocol = Protocol::http;
  load.mix.clear();
  load.session = {OpenStep{}, RequestStep{{"/a", "/b", "/c"}, {4, 4}}, leave_by(CloseKind::fin)};
  const std::string lines = lines_of(Plan(load, {}, 1));
  EXPECT_NE(lines.find(R"({"step":1,"request":["/a","/b","/c"],"times":4})"), std::string::npos) << lines;
  for (const char* path : {"/a", "/b", "/c"}) {
    EXPECT_NE(lines.find(R"("do":["open",{"request":")" + std::string(path) + R"(","times":4},{"leave":"fin"}]})"),
              std::string::npos);
  }
}

}  // namespace
}  // namespace heapstorm
