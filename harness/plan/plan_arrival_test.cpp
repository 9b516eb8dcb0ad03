// Plans with a timetable and with connections that are held.
#include <gtest/gtest.h>

#include <sstream>

#include "harness/plan/plan.h"

namespace heapstorm {
namespace {

Load timed_load(std::uint32_t connections) {
  LeaveStep leave;
  leave.weights[static_cast<std::size_t>(CloseKind::rst)] = 1;
  Load load;
  load.connections = connections;
  load.concurrent = 2;
  load.arrival = Arrival::open;
  load.phases = {{0, 2, 1000}, {0, 0, {}, 2}, {4, 4}};
  load.session = {OpenStep{}, leave};
  return load;
}

std::string lines_of(const Plan& plan) {
  std::ostringstream out;
  plan.write_jsonl(out);
  return out.str();
}

TEST(PlanArrival, ReadsAsAScriptOfWhoBeginsWhen) {
  Load load = timed_load(6);
  load.held = 1;
  EXPECT_EQ(lines_of(Plan(load, {}, 7)),
            R"({"plan":1,"seed":7,"protocol":"websocket","connections":6,"concurrent":2,"arrival":"open","held":1}
{"phase":{"rate_per_s":0,"to_per_s":2,"for_ms":1000}}
{"phase":{"burst":2}}
{"phase":{"rate_per_s":4}}
{"step":0,"open":{}}
{"step":1,"leave":{"close_frame":0,"fin":0,"rst":1}}
{"connection":1,"do":["open","hold",{"leave":"rst"}]}
{"connection":2,"at_us":0,"do":["open",{"leave":"rst"}]}
{"connection":3,"at_us":1000000,"do":["open",{"leave":"rst"}]}
{"connection":4,"at_us":1000000,"do":["open",{"leave":"rst"}]}
{"connection":5,"at_us":1000000,"do":["open",{"leave":"rst"}]}
{"connection":6,"at_us":1250000,"do":["open",{"leave":"rst"}]}
)");
}

TEST(PlanArrival, AnotherRateIsAnotherPlan) {
  Load faster = timed_load(6);
  faster.phases.back() = {5, 5};
  EXPECT_NE(Plan(timed_load(6), {}, 7).hash(), Plan(faster, {}, 7).hash());
}

TEST(PlanArrival, OneThatSpoilsItsOpeningIsNotHeld) {
  Load load = timed_load(6);
  load.held = 1;
  LeaveStep leave;
  leave.weights[static_cast<std::size_t>(CloseKind::mid_handshake)] = 1;
  load.session.back() = leave;
  EXPECT_EQ(Plan(load, {}, 7).connection(1).actions.size(), 2U);
}

}  // namespace
}  // namespace heapstorm
