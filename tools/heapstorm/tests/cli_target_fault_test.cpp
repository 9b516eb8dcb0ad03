// Faults of the target, from the scenario to run.json: planned, injected, and observed.
#include <array>

#include "tools/heapstorm/testing/cli_process.h"

namespace heapstorm::cli {
namespace {

using Json = nlohmann::json;
using TargetFaults = CliTest;

const std::string survivor = scenario("date_header/thread_local_cache");
const std::string allocating = scenario("date_header/per_request");  // a block for each response

std::vector<std::string> with(const std::vector<std::string>& sets) {
  std::vector<std::string> arguments;
  for (const std::string& set : sets) arguments.insert(arguments.end(), {"--set", set});
  return arguments;
}

// A server whose every answer takes one block, and which goes on without it.
std::vector<std::string> frugal_server(const std::string& faults, int connections) {
  std::vector<std::string> arguments = {"--plugin-dir", HEAPSTORM_TEST_TARGETS};
  const std::vector<std::string> sets =
      with({"target.plugin=hooks", "target.variant=counts", "target.parameters={}", faults, R"(expect={"clean":true})",
            R"(load={"protocol":"tcp","concurrent":2,"connections":)" + std::to_string(connections) +
                R"(,"session":[{"open":{}},{"leave":{"half_close":{"weight":1,"wait_ms":2000}}}]})"});
  arguments.insert(arguments.end(), sets.begin(), sets.end());
  return arguments;
}

// Of one figure, in all pieces of the run.
std::uint64_t sum_of(const Json& run, const char* figure) {
  std::uint64_t sum = 0;
  for (const Json& count : run["series"].value(figure, Json::array())) sum += count.get<std::uint64_t>();
  return sum;
}

TEST_F(TargetFaults, TheClockJumpsForwardsAndBackwardsAndTheTargetSeesIt) {
  const CliResult result = run_scenario(survivor, with({"load.connections=3000",
                                                        R"(faults=[{"clock_jump":{"every_ms":5,"back_s":86400}},
                                              {"clock_jump":{"every_ms":7,"forward_s":3600,"times":3}}])"}));
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  const Json jumps = run_json()["faults"]["clock_jump"];
  EXPECT_GT(jumps["injected"], 4) << jumps.dump();
  EXPECT_GE(jumps["planned"], jumps["injected"]) << jumps.dump();
  EXPECT_GT(jumps["observed"], 2) << jumps.dump();
  EXPECT_LE(jumps["observed"], jumps["injected"]) << jumps.dump();
  EXPECT_EQ(sum_of(run_json(), "clock_jumps"), jumps["injected"]);
  EXPECT_FALSE(run_json()["series"].contains("signals"));
}

TEST_F(TargetFaults, ByStepsEveryTickAndJumpIsSeen) {
  const CliResult result = run_scenario(scenario("date_header/thread_local_cache.minimal"),
                                        with({"load.connections=5", R"(faults=[{"clock_tick":{"every_opens":1}},
                                              {"clock_jump":{"every_opens":2,"back_s":7}}])"}));
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  const Json faults = run_json()["faults"];
  EXPECT_EQ(faults["clock_tick"], (Json{{"planned", 4}, {"injected", 4}, {"observed", 4}}));
  EXPECT_EQ(faults["clock_jump"], (Json{{"planned", 2}, {"injected", 2}, {"observed", 2}}));
}

TEST_F(TargetFaults, TheNthAllocationFailsAndASoundServerSurvivesIt) {
  const CliResult result =
      run_scenario(survivor, frugal_server(R"(faults=[{"allocation_failure":{"nth":7,"tag":"line"}}])", 40));
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  EXPECT_EQ(run_json()["faults"]["allocation_failure"], (Json{{"planned", 1}, {"injected", 1}, {"observed", 1}}));
  EXPECT_EQ(sum_of(run_json(), "allocation_failures"), 1u);
}

TEST_F(TargetFaults, AllocationsFailByTheSeed) {
  const CliResult result =
      run_scenario(survivor, frugal_server(R"(faults=[{"allocation_failure":{"one_in":3,"tag":"line"}}])", 200));
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  const Json failures = run_json()["faults"]["allocation_failure"];
  EXPECT_GT(failures["injected"], 30) << failures.dump();
  EXPECT_LT(failures["injected"], 110) << failures.dump();
  EXPECT_EQ(failures["planned"], failures["injected"]);
  EXPECT_GT(failures["observed"], 25) << failures.dump();
}

TEST_F(TargetFaults, AServerThatDoesNotExpectAFailedAllocationIsFoundDead) {
  const CliResult result =
      run_scenario(allocating, with({"load.connections=200", R"(faults=[{"allocation_failure":{"nth":50}}])"}));
  EXPECT_EQ(result.code, 1) << result.out << result.err;
  const Json run = run_json();
  EXPECT_EQ(run["end_reason"], "target_died");
  EXPECT_EQ(run["faults"]["allocation_failure"]["injected"], 1);
  EXPECT_EQ(run["faults"]["allocation_failure"]["observed"], 0);
}

TEST_F(TargetFaults, ThreadsAreDelayedAtHeapOperations) {
  const CliResult result =
      run_scenario(allocating, with({"load.connections=1000", R"(faults=[{"heap_delay":{"one_in":10,"up_to_us":50}},
                                                                     {"heap_yield":{"one_in":5}}])"}));
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  const Json faults = run_json()["faults"];
  EXPECT_GT(faults["heap_delay"]["injected"], 20) << faults.dump();
  EXPECT_GT(faults["heap_yield"]["injected"], faults["heap_delay"]["injected"]) << faults.dump();
}

TEST_F(TargetFaults, WorkersAreToldToSleepAndDo) {
  const CliResult result = run_scenario(
      allocating, with({"load.connections=1000", R"(faults=[{"worker_stall":{"every_ms":5,"for_us":200}}])"}));
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  const Json stalls = run_json()["faults"]["worker_stall"];
  EXPECT_GT(stalls["injected"], 2) << stalls.dump();
  EXPECT_GE(stalls["planned"], stalls["injected"]) << stalls.dump();
  EXPECT_GT(stalls["observed"], 0) << stalls.dump();
  EXPECT_LE(stalls["observed"], stalls["injected"]) << stalls.dump();
  EXPECT_EQ(sum_of(run_json(), "worker_stalls"), stalls["injected"]);
}

TEST_F(TargetFaults, ByStepsStallsComeBetweenTheOpens) {
  const CliResult result =
      run_scenario(scenario("date_header/thread_local_cache.minimal"),
                   with({"load.connections=5", R"(faults=[{"worker_stall":{"every_opens":1,"worker":0,"times":3}}])"}));
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  const Json stalls = run_json()["faults"]["worker_stall"];
  EXPECT_EQ(stalls["planned"], 3);
  EXPECT_EQ(stalls["injected"], 3);
}

TEST_F(TargetFaults, TheTargetRunsOutOfDescriptorsAndRecovers) {
  const CliResult result = run_scenario(
      survivor, with({"load.connections=4000", R"(faults=[{"descriptor_exhaustion":{"every_ms":30,"for_ms":10}}])"}));
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  const Json run = run_json();
  const Json exhaustions = run["faults"]["descriptor_exhaustion"];
  EXPECT_GT(exhaustions["injected"], 0) << exhaustions.dump();
  EXPECT_GT(exhaustions["observed"], 0) << exhaustions.dump();
  EXPECT_EQ(run["load"]["connections"], 4000) << run["load"].dump();
}

TEST_F(TargetFaults, WhatNeverHappensDoesNotHappenAndIsNotCounted) {
  const CliResult result =
      run_scenario(survivor, with({"load.connections=500", R"(faults=[{"allocation_failure":{"one_in":0}},
          {"heap_delay":{"one_in":0}}, {"heap_yield":{"one_in":0}}, {"clock_jump":{"every_ms":1,"back_s":9,"times":0}},
          {"descriptor_exhaustion":{"every_ms":5,"times":0}}])"}));
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  const Json run = run_json();
  for (const char* kind : {"allocation_failure", "heap_delay", "heap_yield", "clock_jump", "descriptor_exhaustion"}) {
    EXPECT_FALSE(run["faults"].contains(kind)) << kind;
  }
  EXPECT_EQ(run["load"]["connections"], 500);
  EXPECT_EQ(run["load"]["errors"], Json::object());
}

TEST_F(TargetFaults, SigstopAndSigcontAreSeenToStopAndContinueIt) {
  const CliResult result =
      run_scenario(survivor, with({"load.connections=4000", R"(faults=[{"signal":{"name":"SIGSTOP","after_ms":10}},
                                                          {"signal":{"name":"SIGCONT","after_ms":100}}])"}));
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  const Json run = run_json();
  const Json once = {{"planned", 1}, {"injected", 1}, {"observed", 1}};
  EXPECT_EQ(run["faults"]["SIGSTOP"], once);
  EXPECT_EQ(run["faults"]["SIGCONT"], once);
  EXPECT_EQ(run["load"]["connections"], 4000);
}

// A stopped target keeps the end of the storm waiting for its worker. Its descriptors are let alone meanwhile.
TEST_F(TargetFaults, WhatHappensBesideTheStormEndsWithItThoughARestartIsAwaited) {
  const CliResult result = run_scenario(
      survivor, with({"load.connections=1000000", "limits.time_s=1",
                      R"(faults=[{"descriptor_exhaustion":{"every_ms":20}}, {"worker_restart":{"every_ms":1}},
          {"signal":{"name":"SIGSTOP","after_ms":300}}, {"signal":{"name":"SIGCONT","after_ms":2500}}])"}));
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  const Json faults = run_json()["faults"];
  EXPECT_EQ(faults["SIGCONT"]["injected"], 1) << faults.dump();
  EXPECT_EQ(faults["worker_restart"]["injected"], faults["worker_restart"]["observed"]) << faults.dump();
  EXPECT_GT(faults["descriptor_exhaustion"]["injected"], 10) << faults.dump();
  EXPECT_LE(faults["descriptor_exhaustion"]["injected"], faults["descriptor_exhaustion"]["planned"]) << faults.dump();
}

TEST_F(TargetFaults, SigtermUnderLoadEndsTheTargetInOrder) {
  const CliResult result = run_scenario(
      survivor, with({"load.connections=100000", R"(faults=[{"signal":{"name":"SIGTERM","after_ms":50}}])"}));
  const Json run = run_json();
  EXPECT_EQ(run["faults"]["SIGTERM"]["injected"], 1);
  EXPECT_EQ(run["target"]["exit"]["code"], 0) << run["target"].dump();
  for (const Json& finding : run["findings"]) EXPECT_NE(finding["source"], "owner_heap") << finding.dump(1);
  EXPECT_NE(result.code, 3) << result.err;
}

TEST_F(TargetFaults, SigkillUnderLoadIsNoDefectOfTheTarget) {
  const CliResult result = run_scenario(
      survivor, with({"load.connections=100000", R"(faults=[{"signal":{"name":"SIGKILL","after_ms":50}}])"}));
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  const Json run = run_json();
  EXPECT_EQ(run["end_reason"], "signal_injected");
  EXPECT_EQ(run["faults"]["SIGKILL"], (Json{{"planned", 1}, {"injected", 1}, {"observed", 1}}));
}

Json death_of(const std::vector<Json>& findings) {
  for (const Json& finding : findings) {
    if (finding["source"] == "signal") return finding;
  }
  return {};
}

// A run of the server that dies so of its first connection.
std::vector<std::string> dying_server(const std::string& variant) {
  std::vector<std::string> arguments = frugal_server("faults=[]", 2);
  const std::vector<std::string> sets = with({"target.variant=" + variant});
  arguments.insert(arguments.end(), sets.begin(), sets.end());
  return arguments;
}

TEST_F(TargetFaults, ADeathSaysWhatKindOfAddressWasAccessed) {
  const std::vector<std::array<std::string, 3>> cases = {
      {"writes_near_null", "null_deref", "accessed address 0x18 (near null)"},
      {"writes_wild", "crash", "accessed address 0x414141414140 (wild)"},
      {"writes_non_canonical", "crash", "accessed a non-canonical address"}};
  for (const auto& [variant, kind, words] : cases) {
    EXPECT_EQ(run_scenario(survivor, dying_server(variant)).code, 1) << variant;
    const Json death = death_of(run_json()["findings"]);
    EXPECT_EQ(death["kind"], kind) << run_json().dump();
    EXPECT_NE(death["summary"].get<std::string>().find(words), std::string::npos) << death.dump();
    EXPECT_FALSE(death["offender"]["stack"].empty()) << death.dump();
  }
}

TEST_F(TargetFaults, ADeathSaysInWhichFunctionOfThePluginAndWhatForItWas) {
  struct Case {
    std::string variant, kind, words, function;
  };
  const std::vector<Case> cases = {
      {"copies_to_null", "null_deref", " accessed address 0x0 (null)", "copy_to_null"},
      {"exhausts_stack", "crash", " exhausted its stack", "call_itself"},
      {"calls_null", "null_deref", " accessed address 0x0 (null)", "call_null"},
      {"divides_by_zero", "crash", "died of SIGFPE: worker-", "divide_by_zero"},
      {"aborts", "abort", " aborted; the target wrote: hooks.c:1: Assertion", "abort_with_words"}};
  for (const auto& [variant, kind, words, function] : cases) {
    EXPECT_EQ(run_scenario(survivor, dying_server(variant)).code, 1) << variant;
    const Json death = death_of(run_json()["findings"]);
    EXPECT_EQ(death["kind"], kind) << run_json().dump();
    EXPECT_NE(death["summary"].get<std::string>().find(words), std::string::npos) << death.dump();
    ASSERT_TRUE(death["offender"].is_object()) << death.dump();
    EXPECT_EQ(death["offender"]["connection"], 1) << death.dump();
    EXPECT_EQ(death["offender"]["action"], "accept") << death.dump();
    const Json& place = death["offender"]["stack"].at(death["offender"]["place"].get<std::size_t>());
    EXPECT_EQ(place["function"], function) << death.dump();
    EXPECT_EQ(place["module"].get<std::string>().substr(place["module"].get<std::string>().rfind('/')), "/hooks.so");
  }
}

}  // namespace
}  // namespace heapstorm::cli
