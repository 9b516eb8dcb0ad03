#include "harness/plan/plan.h"

#include <gtest/gtest.h>
#include <xxhash.h>

#include <array>
#include <cstdio>
#include <map>
#include <set>
#include <sstream>
#include <utility>

#include "harness/faults/testing/fault_of.h"

namespace heapstorm {
namespace {

using test::fault_of;

std::size_t index_of(CloseKind kind) {
  return static_cast<std::size_t>(kind);
}

Load storm_load(std::uint32_t connections) {
  LeaveStep leave;
  leave.weights[index_of(CloseKind::close_frame)] = 1;
  leave.weights[index_of(CloseKind::fin)] = 3;
  leave.weights[index_of(CloseKind::rst)] = 6;
  Load load;
  load.connections = connections;
  load.concurrent = 2;
  load.session = {OpenStep{}, SendStep{"y\n", {1, 20}}, leave};
  return load;
}

std::vector<Fault> storm_faults() {
  return {fault_of("clock_tick", {{"every_ms", 1}}), fault_of("signal", {{"name", "SIGKILL"}, {"after_findings", 1}})};
}

std::string lines_of(const Plan& plan) {
  std::ostringstream out;
  plan.write_jsonl(out);
  return out.str();
}

TEST(Plan, ReadsAsAScript) {
  EXPECT_EQ(lines_of(Plan(storm_load(3), storm_faults(), 7)),
            R"({"plan":1,"seed":7,"protocol":"websocket","connections":3,"concurrent":2,"arrival":"closed"}
{"step":0,"open":{}}
{"step":1,"send":"y\n","times":"1..20"}
{"step":2,"leave":{"close_frame":1,"fin":3,"rst":6}}
{"fault":{"clock_tick":{"every_ms":1,"step_s":1}}}
{"fault":{"signal":{"name":"SIGKILL","after_findings":1}}}
{"connection":1,"do":["open",{"send":"y\n","times":16},{"leave":"rst"}]}
{"connection":2,"do":["open",{"send":"y\n","times":15},{"leave":"close_frame"}]}
{"connection":3,"do":["open",{"send":"y\n","times":8},{"leave":"rst"}]}
)");
}

// If this fails, plans of stored runs no longer replay: never change the constant alone, but also the number in the
// header line. Any build, compiler and machine must give the same one.
TEST(Plan, HashIsTheSameInEveryBuild) {
  EXPECT_EQ(Plan(storm_load(1000), storm_faults(), 7).hash(), "58d2ee44c5a259b4831717b7be50c6d7");
}

TEST(Plan, HashCoversTheVeryBytesThatAreWritten) {
  const Plan plan(storm_load(5000), storm_faults(), 7);  // several buffers full
  const std::string lines = lines_of(plan);
  const XXH128_hash_t hash = XXH3_128bits(lines.data(), lines.size());
  std::array<char, 33> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx%016llx", static_cast<unsigned long long>(hash.high64),
                static_cast<unsigned long long>(hash.low64));
  EXPECT_EQ(plan.hash(), digits.data());
}

TEST(Plan, AStopRequestCutsTheWritingShort) {
  const Plan plan(storm_load(100000), {}, 7);
  std::stop_source source;
  source.request_stop();
  std::ostringstream out;
  plan.write_jsonl(out, source.get_token());
  EXPECT_LT(out.str().size(), 200'000u);
  EXPECT_EQ(plan.hash(source.get_token()), "");
}

// HashIsTheSameInEveryBuild shows that a plan without these words is as it was.
TEST(Plan, SaysWhatCountsAsAnAnswerWhereTheScenarioDoes) {
  Load load = storm_load(1);
  load.session[1] = SendStep{"y", {1, 1}, 0};
  load.session.insert(load.session.begin() + 2, SendStep{"z", {1, 1}, 2, {.until = "\r\n"}});
  load.session.insert(load.session.begin() + 3, SendStep{"a", {1, 1}, 1, {.bytes = 8}});
  const std::string lines = lines_of(Plan(load, {}, 7));
  for (const char* step : {R"({"step":1,"send":"y","times":1,"answers":0})",
                           R"({"step":2,"send":"z","times":1,"answers":2,"answer":{"until":"\r\n"}})",
                           R"({"step":3,"send":"a","times":1,"answer":{"bytes":8}})"}) {
    EXPECT_NE(lines.find(step), std::string::npos) << step << " in " << lines;
  }
}

TEST(Plan, AGoalCutsThePlanAndChangesNothingInIt) {
  Load load = storm_load(100);
  load.until = Goal::pairs;
  const Plan steered(load, {}, 7);
  const Plan whole(storm_load(100), {}, 7);
  for (std::uint32_t i = 1; i <= 100; ++i) EXPECT_EQ(steered.connection(i), whole.connection(i));
  EXPECT_NE(lines_of(steered).find("\"until\":\"pairs\""), std::string::npos);
  EXPECT_NE(steered.hash(), whole.hash());
}

TEST(Plan, NamesTheFaultsOfTheTarget) {
  const std::string lines = lines_of(
      Plan(storm_load(1),
           {fault_of("clock_jump", {{"every_ms", 50}, {"back_s", 3600}, {"times", 2}}),
            fault_of("allocation_failure", {{"one_in", 9}, {"tag", "session"}}),
            fault_of("allocation_failure", {{"nth", 0}}), fault_of("heap_delay", {{"one_in", 4}, {"up_to_us", 20}}),
            fault_of("heap_yield", {{"one_in", 8}}), fault_of("descriptor_exhaustion", {{"every_ms", 100}}),
            fault_of("worker_stall", {{"every_ms", 5}, {"worker", 1}})},
           7));
  for (const char* fault :
       {R"({"fault":{"clock_jump":{"every_ms":50,"back_s":3600,"times":2}}})",
        R"({"fault":{"allocation_failure":{"one_in":9,"tag":"session"}}})",
        R"({"fault":{"allocation_failure":{"one_in":0}}})",
        R"({"fault":{"worker_stall":{"every_ms":5,"for_us":1000,"worker":1}}})",
        R"({"fault":{"heap_delay":{"one_in":4,"up_to_us":20}}})", R"({"fault":{"heap_yield":{"one_in":8}}})",
        R"({"fault":{"descriptor_exhaustion":{"every_ms":100,"for_ms":10}}})"}) {
    EXPECT_NE(lines.find(fault), std::string::npos) << fault << " in " << lines;
  }
}

TEST(Plan, SameSeedGivesTheSameBytes) {
  const Plan plan(storm_load(2000), storm_faults(), 42);
  const Plan again(storm_load(2000), storm_faults(), 42);
  EXPECT_EQ(lines_of(plan), lines_of(again));
  EXPECT_EQ(plan.hash(), again.hash());
}

TEST(Plan, OtherSeedGivesAnotherPlan) {
  const Plan plan(storm_load(50), {}, 1);
  const Plan other(storm_load(50), {}, 2);
  EXPECT_NE(plan.hash(), other.hash());
  std::uint32_t different = 0;
  for (std::uint32_t i = 1; i <= 50; ++i) different += plan.connection(i) != other.connection(i) ? 1 : 0;
  EXPECT_GT(different, 25u);
}

TEST(Plan, ConnectionDoesNotDependOnTheOrderOfAsking) {
  const Plan plan(storm_load(300), {}, 9);
  std::vector<PlannedConnection> forwards;
  for (std::uint32_t i = 1; i <= 300; ++i) forwards.push_back(plan.connection(i));
  PlannedConnection reused;
  for (std::uint32_t i = 300; i >= 1; --i) {
    plan.connection_into(i, reused);
    EXPECT_EQ(reused, forwards[i - 1]);
  }
}

TEST(Plan, ConnectionDoesNotDependOnHowManyThereAre) {
  EXPECT_EQ(Plan(storm_load(10), {}, 9).connection(10), Plan(storm_load(100000), {}, 9).connection(10));
}

TEST(Plan, FurtherRoundsDrawAnewAndChangeNothingInTheFirst) {
  Load load = storm_load(100);
  load.held = 3;
  load.arrival = Arrival::open;
  load.phases = {{1000, 1000}};
  const Plan plan(load, {}, 7);
  const std::string hash = plan.hash();
  EXPECT_EQ(plan.connection(201).number, 201u);
  const auto holds = [&](std::uint32_t number) { return plan.connection(number).actions[1].kind == ActionKind::hold; };
  for (const std::uint32_t held : {1u, 3u, 101u, 103u, 203u}) EXPECT_TRUE(holds(held)) << held;
  for (const std::uint32_t other : {4u, 100u, 104u, 200u, 204u}) EXPECT_FALSE(holds(other)) << other;
  EXPECT_EQ(plan.start_us(104), plan.start_us(4));
  EXPECT_EQ(plan.start_us(200), plan.start_us(100));
  int alike = 0;
  for (std::uint32_t i = 1; i <= 100; ++i) alike += plan.connection(i).actions == plan.connection(100 + i).actions;
  EXPECT_LT(alike, 30);
  EXPECT_EQ(plan.hash(), hash);
  EXPECT_EQ(lines_of(plan).find("\"connection\":101"), std::string::npos);
}

TEST(Plan, StepsDrawTheirPathsIndependently) {
  Load load = storm_load(1);
  load.protocol = Protocol::http;
  const RequestStep either{{"/a", "/b"}, {1, 1}};
  load.session = {OpenStep{}, either, either, load.session.back()};
  const Plan plan(load, {}, 7);
  std::map<std::pair<std::uint32_t, std::uint32_t>, int> drawn;
  for (std::uint32_t i = 1; i <= 400; ++i) {
    const auto actions = plan.connection(i).actions;
    ++drawn[{actions[1].choice, actions[2].choice}];
  }
  ASSERT_EQ(drawn.size(), 4u);
  for (const auto& [choices, times] : drawn) EXPECT_GT(times, 60) << choices.first << choices.second;
}

TEST(Plan, WeightZeroIsNeverDrawn) {
  for (std::size_t zero = 0; zero < close_kind_count; ++zero) {
    Load load = storm_load(10000);
    std::get<LeaveStep>(load.session.back()).weights.fill(1);
    std::get<LeaveStep>(load.session.back()).weights[zero] = 0;
    const Plan plan(load, {}, 3);
    for (std::uint32_t i = 1; i <= 10000; ++i)
      ASSERT_NE(index_of(plan.connection(i).close), zero) << "connection " << i;
  }
}

TEST(Plan, CloseKindsFollowTheirWeights) {
  const Plan plan(storm_load(10000), {}, 3);
  std::map<CloseKind, int> counts;
  for (std::uint32_t i = 1; i <= 10000; ++i) ++counts[plan.connection(i).close];
  // Five standard deviations around 1000, 3000 and 6000; the seed is fixed, so this never flickers.
  EXPECT_NEAR(counts[CloseKind::close_frame], 1000, 150);
  EXPECT_NEAR(counts[CloseKind::fin], 3000, 230);
  EXPECT_NEAR(counts[CloseKind::rst], 6000, 245);
}

TEST(Plan, EveryNumberOfARangeIsReachedAndNoOther) {
  const Plan plan(storm_load(2000), {}, 5);
  std::set<std::size_t> times;
  for (std::uint32_t i = 1; i <= 2000; ++i) times.insert(plan.connection(i).actions.size() - 2);
  EXPECT_EQ(times.size(), 20u);
  EXPECT_EQ(*times.begin(), 1u);
  EXPECT_EQ(*times.rbegin(), 20u);
}

TEST(Plan, ActionsFollowTheSession) {
  Load load = storm_load(1);
  load.session = {OpenStep{}, SendStep{"a", {2, 2}}, SendStep{"b", {1, 1}}, load.session.back()};
  const PlannedConnection connection = Plan(load, {}, 1).connection(1);
  const std::vector<PlannedAction> expected{{ActionKind::open, 0},
                                            {ActionKind::send, 1},
                                            {ActionKind::send, 1},
                                            {ActionKind::send, 2},
                                            {ActionKind::leave, 3}};
  EXPECT_EQ(connection.actions, expected);
  EXPECT_EQ(connection.number, 1u);
}

TEST(Plan, ZeroTimesLeavesTheStepOut) {
  Load load = storm_load(1);
  std::get<SendStep>(load.session[1]).times = {0, 0};
  EXPECT_EQ(Plan(load, {}, 1).connection(1).actions.size(), 2u);
}

TEST(Plan, LongTextsAreNamedByTheirStep) {
  Load load = storm_load(5);
  std::get<SendStep>(load.session[1]) = {std::string(500, 'x'), {1, 1}};
  const std::string lines = lines_of(Plan(load, {}, 1));
  EXPECT_EQ(lines.find(std::string(500, 'x')), lines.rfind(std::string(500, 'x')));
  EXPECT_NE(lines.find(R"({"connection":5,"do":["open",{"send_step":1,"times":1},)"), std::string::npos);
}

TEST(Plan, RequestsAndStepwiseTicksAreWritten) {
  Load load = storm_load(1);
  load.protocol = Protocol::http;
  load.arrival = Arrival::stepwise;
  load.session[1] = RequestStep{{"/a\"b"}, {3, 3}};
  const std::string lines = lines_of(Plan(load, {fault_of("clock_tick", {{"every_opens", 2}, {"step_s", 60}})}, 1));
  EXPECT_NE(lines.find("\"protocol\":\"http\""), std::string::npos) << lines;
  EXPECT_NE(lines.find("\"arrival\":\"stepwise\""), std::string::npos) << lines;
  EXPECT_NE(lines.find(R"({"step":1,"request":"/a\"b","times":3})"), std::string::npos) << lines;
  EXPECT_NE(lines.find(R"({"fault":{"clock_tick":{"every_opens":2,"step_s":60}}})"), std::string::npos) << lines;
  EXPECT_NE(lines.find(R"({"request":"/a\"b","times":3})"), std::string::npos) << lines;
}

Load faulty_load(std::uint32_t connections, std::initializer_list<ProtocolFault> faults) {
  Load load = storm_load(connections);
  MisbehaveStep misbehave;
  for (const ProtocolFault fault : faults) misbehave.weights[static_cast<std::size_t>(fault)] = 1;
  load.session.insert(load.session.begin() + 2, misbehave);
  std::get<SendStep>(load.session[1]).times = {1, 1};
  return load;
}

TEST(Plan, FaultsReadAsTheRestOfTheScript) {
  Load load = faulty_load(6, {ProtocolFault::none, ProtocolFault::slow_write, ProtocolFault::wrong_version,
                              ProtocolFault::bad_opcode, ProtocolFault::ping_flood});
  LeaveStep leave;
  leave.weights[index_of(CloseKind::rst)] = 1;
  leave.weights[index_of(CloseKind::mid_frame)] = 1;
  load.session.back() = leave;
  EXPECT_EQ(lines_of(Plan(load, {}, 7)),
            R"({"plan":1,"seed":7,"protocol":"websocket","connections":6,"concurrent":2,"arrival":"closed"}
{"step":0,"open":{}}
{"step":1,"send":"y\n","times":1}
{"step":2,"misbehave":{"none":1,"slow_write":{"weight":1,"every_ms":"1..3"},"wrong_version":{"weight":1,"version":"0..12"},"bad_opcode":{"weight":1,"nth":"1..10"},"ping_flood":{"weight":1,"pings":"100..1000"}}}
{"step":3,"leave":{"close_frame":0,"fin":0,"rst":1,"mid_frame":{"weight":1,"after_bytes":"1..69"}}}
{"connection":1,"do":["connect",{"misbehave":"wrong_version","version":4}]}
{"connection":2,"do":["open",{"send":"y\n","times":1},{"leave":"mid_frame","after_bytes":33}]}
{"connection":3,"do":["open",{"send":"y\n","times":1},{"misbehave":"ping_flood","pings":130},{"leave":"rst"}]}
{"connection":4,"do":["open",{"send":"y\n","times":1},{"misbehave":"ping_flood","pings":196},{"leave":"mid_frame","after_bytes":43}]}
{"connection":5,"do":["open",{"send":"y\n","times":1},{"leave":"mid_frame","after_bytes":10}]}
{"connection":6,"do":["open",{"send":"y\n","times":1},{"misbehave":"ping_flood","pings":838},{"leave":"rst"}]}
)");
}

TEST(Plan, AFaultInTheOpeningsPlaceOrOneThatEndsTheSessionLeavesNoRoomForTheRest) {
  const auto kinds_of = [](const Load& load) {
    std::vector<ActionKind> kinds;
    for (const PlannedAction& action : Plan(load, {}, 1).connection(1).actions) kinds.push_back(action.kind);
    return kinds;
  };
  using Kinds = std::vector<ActionKind>;
  EXPECT_EQ(kinds_of(faulty_load(1, {ProtocolFault::wrong_key})), (Kinds{ActionKind::open, ActionKind::misbehave}));
  EXPECT_EQ(kinds_of(faulty_load(1, {ProtocolFault::bad_opcode})),
            (Kinds{ActionKind::open, ActionKind::send, ActionKind::misbehave}));
  EXPECT_EQ(kinds_of(faulty_load(1, {ProtocolFault::ping_flood})),
            (Kinds{ActionKind::open, ActionKind::send, ActionKind::misbehave, ActionKind::leave}));
  for (const ProtocolFault fault : {ProtocolFault::none, ProtocolFault::slow_read}) {
    EXPECT_EQ(kinds_of(faulty_load(1, {fault})), (Kinds{ActionKind::open, ActionKind::send, ActionKind::leave}));
  }
}

TEST(Plan, OneThatLeavesMidHandshakeDoesNothingElse) {
  Load load = faulty_load(1, {ProtocolFault::ping_flood});
  LeaveStep leave;
  leave.weights[index_of(CloseKind::mid_handshake)] = 1;
  load.session.back() = leave;
  const PlannedConnection connection = Plan(load, {}, 1).connection(1);
  EXPECT_EQ(connection.actions.size(), 2U);
  EXPECT_TRUE(connection.spoils_opening());
  EXPECT_EQ(connection.fault, ProtocolFault::none);
  EXPECT_GE(connection.close_amount, 1U);
  EXPECT_LE(connection.close_amount, 57U);
}

TEST(Plan, ProtocolFaultOfWeightZeroIsNeverDrawn) {
  for (std::size_t zero = 0; zero < protocol_fault_count; ++zero) {
    Load load = faulty_load(5000, {});
    auto& weights = std::get<MisbehaveStep>(load.session[2]).weights;
    weights.fill(1);
    weights[zero] = 0;
    const Plan plan(load, {}, 3);
    for (std::uint32_t i = 1; i <= 5000; ++i) {
      ASSERT_NE(static_cast<std::size_t>(plan.connection(i).fault), zero) << "connection " << i;
    }
  }
}

TEST(Plan, NumbersOfAFaultKeepToItsRangeAndFillIt) {
  Load load = faulty_load(2000, {ProtocolFault::reserved_bits});
  std::get<MisbehaveStep>(load.session[2]).amounts[static_cast<std::size_t>(ProtocolFault::reserved_bits)] = {2, 5};
  const Plan plan(load, {}, 3);
  std::set<std::uint32_t> numbers;
  for (std::uint32_t i = 1; i <= 2000; ++i) numbers.insert(plan.connection(i).fault_amount);
  EXPECT_EQ(numbers, (std::set<std::uint32_t>{2, 3, 4, 5}));
}

TEST(Plan, RestartsOfWorkersAreWritten) {
  const std::vector<Fault> restarts{fault_of("worker_restart", {{"every_ms", 5}}),
                                    fault_of("worker_restart", {{"every_opens", 2}, {"worker", 3}})};
  const std::string lines = lines_of(Plan(storm_load(1), restarts, 1));
  EXPECT_NE(lines.find(R"({"fault":{"worker_restart":{"every_ms":5}}})"), std::string::npos) << lines;
  EXPECT_NE(lines.find(R"({"fault":{"worker_restart":{"every_opens":2,"worker":3}}})"), std::string::npos) << lines;
}

}  // namespace
}  // namespace heapstorm
