// A storm that goes on until it has reached something.
#include "tools/heapstorm/testing/cli_process.h"

namespace heapstorm::cli {
namespace {

using Json = nlohmann::json;
using Steering = CliTest;

std::vector<std::string> with(const std::vector<std::string>& sets) {
  std::vector<std::string> arguments;
  for (const std::string& set : sets) arguments.insert(arguments.end(), {"--set", set});
  return arguments;
}

// Entries of different workers that are 0.
int missing_pairs(const Json& matrix) {
  int missing = 0;
  for (std::size_t row = 0; row < matrix.size(); ++row) {
    for (std::size_t column = 0; column < matrix.size(); ++column) {
      missing += row != column && matrix[row][column] == 0 ? 1 : 0;
    }
  }
  return missing;
}

TEST_F(Steering, EndsWhenEveryWorkerHasFreedABlockOfEveryOther) {
  const CliResult result = run_scenario(scenario("date_header/static_cache"),
                                        with({"load.connections=1000000", R"(load.until={"pairs":"all"})"}));
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  const Json run = run_json();
  const Json& until = run["load"]["until"];
  if (run["end_reason"] == "target_died") GTEST_SKIP() << "the race of this variant was faster";
  EXPECT_EQ(until["goal"], "pairs");
  EXPECT_EQ(until["reached"], true) << run["coverage"].dump();
  EXPECT_EQ(until["stopped_by"], "goal");
  EXPECT_LT(until["connections"], 1000000);
  EXPECT_EQ(until["connections"], run["load"]["attempted"]);
  const Json& pairs = run["coverage"]["alloc_free_pairs"];
  ASSERT_EQ(pairs.size(), 4U);
  EXPECT_EQ(missing_pairs(pairs), 0) << pairs.dump();
  EXPECT_NE(result.out.find("reached   4/4 workers; pairs: 12/12 allocate-free"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("until     all pairs: reached after "), std::string::npos) << result.out;
}

TEST_F(Steering, OfASoundTargetReachesTheMeetingsAndInjectsWhatItPlanned) {
  const CliResult result = run_scenario(scenario("date_header/thread_local_cache"),
                                        with({"load.connections=1000000", R"(load.until={"meetings":"all"})"}));
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  const Json run = run_json();
  EXPECT_EQ(run["load"]["until"]["reached"], true) << run["coverage"].dump();
  EXPECT_EQ(missing_pairs(run["coverage"]["meetings"]), 0) << run["coverage"].dump();
  EXPECT_LT(run["load"]["attempted"], 1000000);
  for (const auto& [kind, count] : run["faults"].items()) {
    if (kind != "clock_tick") {
      EXPECT_EQ(count["planned"], count["injected"]) << kind;
    }
  }
}

TEST_F(Steering, SaysThatItsGoalWasNotReached) {
  const CliResult result = run_scenario(scenario("date_header/thread_local_cache"),
                                        with({"load.connections=300", R"(load.until={"pairs":"all"})"}));
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  const Json run = run_json();
  EXPECT_EQ(run["load"]["attempted"], 300);
  EXPECT_EQ(
      run["load"]["until"],
      Json::parse(R"({"goal":"pairs","reached":false,"connections":null,"at_ms":null,"stopped_by":"completed"})"));
  EXPECT_NE(result.out.find("until     all pairs: NOT reached, all connections of the plan were made"),
            std::string::npos)
      << result.out;
}

TEST_F(Steering, StepwiseEndsAtTheSameConnectionEachTime) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    const CliResult result =
        run_scenario(scenario("date_header/thread_local_cache.minimal"),
                     with({"load.connections=50", "target.workers=3", R"(load.until={"workers":"all"})"}));
    EXPECT_EQ(result.code, 0) << result.out << result.err;
    EXPECT_EQ(run_json()["load"]["attempted"], 3) << run_json().dump(1);
  }
}

// Of a target that does not have it, so that the storm goes on for as long as it may.
std::string expecting(const std::string& finding) {
  return R"(expect={"findings":[)" + finding + "]}";
}

TEST_F(Steering, StormsOnForAFindingAndIsContentWhenItIsThere) {
  const CliResult result =
      run_scenario(scenario("date_header/static_cache"),
                   with({"load.connections=1000000", "load.warm_up=4", R"(load.until={"findings":"all"})"}));
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  const Json run = run_json();
  if (run["end_reason"] == "target_died") GTEST_SKIP() << "the race of this variant was faster";
  EXPECT_EQ(run["load"]["until"]["goal"], "findings");
  EXPECT_EQ(run["load"]["until"]["reached"], true);
  EXPECT_LT(run["load"]["attempted"], 1000000);
  EXPECT_NE(result.out.find("until     all expected findings: reached after "), std::string::npos) << result.out;
}

TEST_F(Steering, WhatIsFoundAtOnceNeedsNoFurtherRound) {
  const CliResult result = run_scenario(scenario("date_header/static_cache.minimal"));
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  EXPECT_EQ(run_json()["load"]["rounds"], 1);
  EXPECT_EQ(run_json()["load"]["until"], nullptr);
  EXPECT_EQ(run_json()["load"]["attempted"], 2);
  EXPECT_EQ(result.out.find("until"), std::string::npos) << result.out;
}

TEST_F(Steering, StormsOnForSomeRoundsOfWhatIsMissing) {
  const CliResult result =
      run_scenario(scenario("date_header/thread_local_cache.minimal"), with({expecting(R"({"kind":"foreign_free"})")}));
  EXPECT_EQ(result.code, 1) << result.out << result.err;
  const Json load = run_json()["load"];
  EXPECT_EQ(run_json()["end_reason"], "completed");
  EXPECT_GT(load["rounds"], 1);
  EXPECT_LE(load["rounds"], 11);
  EXPECT_EQ(load["attempted"], 2 * load["rounds"].get<int>());
  EXPECT_EQ(
      load["until"],
      Json::parse(R"({"goal":"findings","reached":false,"connections":null,"at_ms":null,"stopped_by":"completed"})"));
  const Json faults = run_json()["faults"];
  for (const auto& [kind, count] : faults.items()) EXPECT_EQ(count["planned"], count["injected"]) << kind;
}

TEST_F(Steering, StormsOnAsLongAsItMayForWhatShowsDuringTheStorm) {
  const CliResult result =
      run_scenario(scenario("date_header/thread_local_cache.minimal"),
                   with({"limits.time_s=1", expecting(R"({"kind":"foreign_free","when":"storm"})")}));
  EXPECT_EQ(result.code, 1) << result.out << result.err;
  EXPECT_EQ(run_json()["end_reason"], "completed");
  EXPECT_EQ(run_json()["load"]["until"]["stopped_by"], "time_limit");
  EXPECT_NE(result.out.find("until     all expected findings: NOT reached, the time was up"), std::string::npos)
      << result.out;
}

TEST_F(Steering, DoesNotStormOnForWhatShowsWhenTheTargetStops) {
  const CliResult result = run_scenario(scenario("date_header/thread_local_unreleased.minimal"));
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  EXPECT_EQ(run_json()["load"]["rounds"], 1);
  EXPECT_EQ(run_json()["load"]["attempted"], 1);
}

TEST_F(Steering, AnotherGoalIsTheOnlyOne) {
  const CliResult result =
      run_scenario(scenario("date_header/thread_local_cache.minimal"),
                   with({expecting(R"({"kind":"foreign_free","when":"storm"})"), R"(load.until={"meetings":"all"})"}));
  EXPECT_EQ(result.code, 1) << result.out << result.err;
  EXPECT_EQ(run_json()["load"]["rounds"], 1);
  EXPECT_EQ(run_json()["load"]["until"]["goal"], "meetings");
}

TEST_F(Steering, CountsWhoServedEachConnection) {
  const CliResult result = run_scenario(scenario("date_header/thread_local_cache"), with({"load.connections=400"}));
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  const Json coverage = run_json()["coverage"];
  std::uint64_t opened = 0;
  for (const Json& count : coverage["connections_by_worker"]) opened += count.get<std::uint64_t>();
  EXPECT_EQ(opened, 400U) << coverage.dump();
  EXPECT_EQ(missing_pairs(coverage["accept_close"]), 12) << "each closes its own";
  EXPECT_EQ(coverage["accept_close_pairs"], 4);
}

}  // namespace
}  // namespace heapstorm::cli
