#include "harness/scenario/reading/overrides.h"

#include <gtest/gtest.h>

#include "harness/scenario/testing/scenario_samples.h"

namespace heapstorm {
namespace {

Result<Scenario> parse_with(const std::vector<Override>& overrides) {
  return parse_scenario(scenario::full_sample(), "s.json", overrides);
}

std::string error_with(const std::vector<Override>& overrides) {
  const Result<Scenario> result = parse_with(overrides);
  return result ? "no error" : result.error().message;
}

TEST(Overrides, ReplaceAValue) {
  const Scenario scenario = parse_with({{"target.workers", "9"}}).value();
  EXPECT_EQ(scenario.target.workers, 9u);
  EXPECT_NE(scenario.resolved_json.find("\"workers\": 9"), std::string::npos);
}

TEST(Overrides, TextThatIsNoJsonIsAString) {
  EXPECT_EQ(parse_with({{"target.variant", "per_request"}}).value().target.variant, "per_request");
  EXPECT_EQ(parse_with({{"target.variant", "\"per_request\""}}).value().target.variant, "per_request");
}

TEST(Overrides, ReplaceAWholeObject) {
  const Scenario scenario = parse_with({{"expect", R"({"clean":true})"}}).value();
  EXPECT_TRUE(scenario.expect.clean);
  EXPECT_TRUE(scenario.expect.findings.empty());
}

TEST(Overrides, CreateObjectsOnTheWay) {
  const auto result = parse_scenario(scenario::small_sample(), "s.json", {{"target.heap.policy", "abort"}});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result.value().target.heap.policy, Policy::abort);
}

TEST(Overrides, ReachIntoArraysAndAppend) {
  const Scenario scenario =
      parse_with({{"faults.0.clock_tick.step_s", "5"}, {"faults.3", R"({"signal":{"name":"SIGTERM","after_ms":9}})"}})
          .value();
  EXPECT_EQ(scenario.faults.at(0).values.number("step_s"), 5u);
  EXPECT_EQ(scenario.faults.at(3).values.text("name"), "SIGTERM");
}

TEST(Overrides, LaterOnesWin) {
  EXPECT_EQ(parse_with({{"target.workers", "9"}, {"target.workers", "8"}}).value().target.workers, 8u);
}

TEST(Overrides, BadValueIsReportedAsTheOverrides) {
  EXPECT_EQ(error_with({{"target.workers", "0"}}),
            "s.json: --set target.workers=0: /target/workers: must be between 1 and 256, not 0");
  EXPECT_EQ(error_with({{"limits", R"({"time_s":0})"}}),
            "s.json: --set limits={\"time_s\":0}: /limits/time_s: must be between 1 and 86400, not 0");
  EXPECT_EQ(error_with({{"lod.x.y", "1"}}), "s.json: --set lod.x.y=1: /lod: unknown key; did you mean \"load\"?");
}

TEST(Overrides, MistakeOfTheFileBesideAnOverrideKeepsItsLine) {
  const std::string text = scenario::with(scenario::full_sample(), "\"time_s\": 1", "\"time_s\": 0");
  EXPECT_EQ(parse_scenario(text, "s.json", {{"limits.start_s", "0"}}).error().message,
            "s.json:27: /limits/time_s: must be between 1 and 86400, not 0\n"
            "s.json: --set limits.start_s=0: /limits/start_s: must be between 1 and 600, not 0");
}

TEST(Overrides, BadPathsNameTheOverride) {
  EXPECT_EQ(error_with({{"faults.11.clock_tick", "1"}}),
            "--set faults.11.clock_tick=1: /faults is an array: \"11\" is not an index from 0 to 10");
  EXPECT_EQ(error_with({{"faults.x", "1"}}),
            "--set faults.x=1: /faults is an array: \"x\" is not an index from 0 to 10");
  EXPECT_EQ(error_with({{"name.x", "1"}}), "--set name.x=1: /name is neither an object nor an array");
  EXPECT_EQ(error_with({{"target..workers", "1"}}), "--set target..workers=1: the path has an empty part");
  EXPECT_EQ(error_with({{"", "1"}}), "--set =1: the path has an empty part");
}

TEST(Overrides, AllBadPathsAreReported) {
  EXPECT_EQ(error_with({{"name.x", "1"}, {"limits.time_s", "7"}, {"", "1"}}),
            "--set name.x=1: /name is neither an object nor an array\n--set =1: the path has an empty part");
}

TEST(Overrides, InvalidUtf8IsRefused) {
  EXPECT_EQ(error_with({{"description", "\xff"}}), "--set description=\xff: is not valid UTF-8");
}

}  // namespace
}  // namespace heapstorm
