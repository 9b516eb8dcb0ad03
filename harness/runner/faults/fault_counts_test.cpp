#include "harness/runner/faults/fault_counts.h"

#include <gtest/gtest.h>

#include <csignal>
#include <string>

namespace heapstorm {
namespace {

Scenario scenario_with(const std::string& faults, const std::string& load = R"("connections": 10)",
                       const std::string& target = R"("plugin": "a", "variant": "b")") {
  const Result<Scenario> scenario = parse_scenario(R"({"name": "a/b", "target": {)" + target + R"(},
      "load": {"protocol": "websocket", )" + load + R"(, "session": [{"open": {}}, {"leave": {"fin": 1}}]},
      "faults": [)" + faults + R"(], "expect": {"clean": true}})",
                                                   "s.json");
  EXPECT_TRUE(scenario) << scenario.error().message;
  return scenario ? scenario.value() : Scenario{};
}

class FaultCounts : public testing::Test {
 protected:
  FaultCounts() {
    result_.seed = 1;
    result_.storm.duration_ms = 1000;
    result_.storm.attempted = 10;
  }

  std::map<std::string, FaultCount> counts(const Scenario& scenario) {
    FaultWitnesses seen;
    seen.by_fault.assign(scenario.faults.size(), {injected_, 0});
    seen.clock_ticks = clock_ticks_;
    if (!scenario.target.command) seen.target = control_;
    return count_faults(scenario, seen, result_);
  }

  FaultCount count(const std::string& name, const Scenario& scenario) { return counts(scenario)[name]; }

  RunResult result_;
  heapstorm_box_control control_{};
  std::uint64_t injected_ = 0;     // of each fault
  std::uint64_t clock_ticks_ = 0;  // in all
};

TEST_F(FaultCounts, WhatComesByWallTimeIsPlannedForAsLongAsTheStormLasted) {
  injected_ = clock_ticks_ = 5;
  control_.clock_ticks_seen = 4;
  const FaultCount ticks = count("clock_tick", scenario_with(R"({"clock_tick": {"every_ms": 100}})"));
  EXPECT_EQ(ticks.planned, 10u);
  EXPECT_EQ(ticks.injected, 5u);
  EXPECT_EQ(ticks.observed, 4u);
}

TEST_F(FaultCounts, WhatComesBetweenOpensIsPlannedByTheirNumber) {
  const std::string stepwise = R"("connections": 10, "arrival": "stepwise")";
  injected_ = 3;
  control_.clock_jumps_seen = 2;
  const std::string jump = R"({"clock_jump": {"every_opens": 3, "back_s": 60)";
  const FaultCount jumps = count("clock_jump", scenario_with(jump + "}}", stepwise));
  EXPECT_EQ(jumps.planned, 3u);  // after the 3rd, the 6th and the 9th of 10
  EXPECT_EQ(jumps.injected, 3u);
  EXPECT_EQ(jumps.observed, 2u);
  EXPECT_EQ(count("clock_jump", scenario_with(jump + ", \"times\": 2}}", stepwise)).planned, 2u);
  EXPECT_EQ(count("clock_jump", scenario_with(jump + ", \"times\": 4}}", stepwise)).planned, 3u);
  EXPECT_FALSE(counts(scenario_with(jump + ", \"times\": 0}}", stepwise)).contains("clock_jump"));
}

TEST_F(FaultCounts, OfAStormThatWasCutOnlyWhatWasBegunWasPlanned) {
  const Scenario scenario =
      scenario_with(R"({"worker_restart": {"every_opens": 2}})", R"("connections": 10, "arrival": "stepwise")");
  injected_ = 2;
  control_.orders_done[HEAPSTORM_ORDER_RESTART] = 1;
  result_.storm.attempted = 5;
  EXPECT_EQ(count("worker_restart", scenario).planned, 4u);  // of a target that died, say
  EXPECT_EQ(count("fin", scenario).planned, 10u);
  result_.end_reason = EndReason::interrupted;
  const FaultCount restarts = count("worker_restart", scenario);
  EXPECT_EQ(restarts.planned, 2u);
  EXPECT_EQ(restarts.injected, 2u);
  EXPECT_EQ(restarts.observed, 1u);
  EXPECT_EQ(count("fin", scenario).planned, 5u);
  result_.end_reason = EndReason::completed;
  result_.storm.until = GoalResult{.reached = false};
  EXPECT_EQ(count("fin", scenario).planned, 10u);
  result_.storm.until = GoalResult{.reached = true};
  EXPECT_EQ(count("fin", scenario).planned, 5u);
}

TEST_F(FaultCounts, ASignalThatEndedTheTargetWasSeen) {
  const Scenario scenario = scenario_with(
      R"({"signal": {"name": "SIGKILL", "after_ms": 1}}, {"signal": {"name": "SIGKILL", "after_ms": 2}})");
  result_.exit.signal = SIGKILL;
  const FaultCount kills = count("SIGKILL", scenario);
  EXPECT_EQ(kills.planned, 2u);
  EXPECT_EQ(kills.injected, 0u);
  EXPECT_FALSE(kills.observed) << "nobody sent it: somebody else killed the target";
}

TEST_F(FaultCounts, WhatTheHeapDrawsIsPlannedAsOftenAsItWasDrawn) {
  control_.allocation_failures = 7;
  control_.allocation_failures_survived = 5;
  control_.heap_delays = 11;
  control_.heap_yields = 13;
  const FaultCount drawn = count("allocation_failure", scenario_with(R"({"allocation_failure": {"one_in": 100}})"));
  EXPECT_EQ(drawn.planned, 7u);
  EXPECT_EQ(drawn.injected, 7u);
  EXPECT_EQ(drawn.observed, 5u);
  EXPECT_EQ(count("allocation_failure", scenario_with(R"({"allocation_failure": {"nth": 3}})")).planned, 1u);
  const FaultCount delays = count("heap_delay", scenario_with(R"({"heap_delay": {"one_in": 2, "up_to_us": 5}})"));
  EXPECT_EQ(delays.planned, 11u);
  EXPECT_EQ(delays.injected, 11u);
  EXPECT_FALSE(delays.observed);
  const FaultCount yields = count("heap_yield", scenario_with(R"({"heap_yield": {"one_in": 2}})"));
  EXPECT_EQ(yields.planned, 13u);
  EXPECT_EQ(yields.injected, 13u);
}

TEST_F(FaultCounts, WhatHappensEachTimeHasACount) {
  EXPECT_TRUE(counts(scenario_with(R"({"heap_delay": {"one_in": 1, "up_to_us": 5}})")).contains("heap_delay"));
  EXPECT_TRUE(counts(scenario_with(R"({"heap_yield": {"one_in": 1}})")).contains("heap_yield"));
  EXPECT_TRUE(counts(scenario_with(R"({"allocation_failure": {"nth": 1}})")).contains("allocation_failure"));
}

TEST_F(FaultCounts, WhatNeverHappensByTheScenarioHasNoCount) {
  const auto none = counts(scenario_with(
      R"({"heap_delay": {"one_in": 0, "up_to_us": 5}}, {"heap_yield": {"one_in": 0}}, {"allocation_failure": {"one_in": 0}},
         {"descriptor_exhaustion": {"every_ms": 100, "for_ms": 10, "times": 0}})"));
  EXPECT_EQ(none.size(), 1u);
  EXPECT_TRUE(none.contains("fin"));
}

TEST_F(FaultCounts, DescriptorsRunOutAtMostAsOftenAsTheScenarioSays) {
  const std::string fault = R"({"descriptor_exhaustion": {"every_ms": 300, "for_ms": 10)";
  EXPECT_EQ(count("descriptor_exhaustion", scenario_with(fault + "}}")).planned, 3u);
  EXPECT_EQ(count("descriptor_exhaustion", scenario_with(fault + ", \"times\": 2}}")).planned, 2u);
  EXPECT_EQ(count("descriptor_exhaustion", scenario_with(fault + "}}")).observed, 0u);
  const std::string command = R"("command": ["./server", "${PORT}"], "endpoint": "ws://127.0.0.1:${PORT}/")";
  const Scenario external = scenario_with(fault + "}}", R"("connections": 10)", command);
  EXPECT_FALSE(count("descriptor_exhaustion", external).observed);
}

TEST_F(FaultCounts, TheTicksOfAWarmUpAreOneLessThanItsConnections) {
  clock_ticks_ = 3;
  control_.clock_ticks_seen = 2;
  const auto warm_up = [](int connections) {
    return scenario_with("", R"("connections": 10, "concurrent": 5, "warm_up": )" + std::to_string(connections));
  };
  const FaultCount ticks = count("clock_tick", warm_up(4));
  EXPECT_EQ(ticks.planned, 3u);
  EXPECT_EQ(ticks.injected, 3u);
  EXPECT_EQ(ticks.observed, 2u);
  EXPECT_EQ(count("clock_tick", warm_up(2)).planned, 1u);
  EXPECT_FALSE(counts(warm_up(1)).contains("clock_tick"));
}

TEST_F(FaultCounts, AnAnswerThatIsSilenceWasNotObserved) {
  InjectionCount& fin = result_.storm.closes[static_cast<std::size_t>(CloseKind::fin)];
  fin.injected = 9;
  const FaultCount leaving = count("fin", scenario_with(""));
  EXPECT_EQ(leaving.planned, 10u);
  EXPECT_EQ(leaving.injected, 9u);
}

}  // namespace
}  // namespace heapstorm
