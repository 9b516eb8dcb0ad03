// Where a limit lies: what just meets it is accepted, one more is refused.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "harness/scenario/scenario.h"
#include "harness/scenario/testing/scenario_samples.h"

namespace heapstorm {
namespace {

using nlohmann::json;

json sample_of(const std::string& text) {
  return json::parse(text, nullptr, true, true);
}

std::string error_of(const json& document) {
  const Result<Scenario> result = parse_scenario(document.dump(), "s.json");
  return result ? "" : result.error().message;
}

std::string error_with(json document, const char* pointer, const json& value) {
  document[json::json_pointer(pointer)] = value;
  return error_of(document);
}

json repeated(const json& element, std::size_t times) {
  return json(std::vector<json>(times, element));
}

TEST(ScenarioLimits, AListIsAsLongAsItsLimitAndNoLonger) {
  const json timed = sample_of(scenario::timed_sample());
  const char* const phases = "/load/arrival/open/phases";
  const json phase = {{"burst", 5}};
  EXPECT_EQ(error_with(timed, phases, repeated(phase, 1000)), "");
  EXPECT_NE(error_with(timed, phases, repeated(phase, 1001)).find("must hold 1 to 1000 phases, not 1001"),
            std::string::npos);
  const json mixed = sample_of(scenario::mixed_sample());
  const json session = mixed["/load/sessions/1"_json_pointer];
  EXPECT_EQ(error_with(mixed, "/load/sessions", repeated(session, 100)), "");
  EXPECT_NE(error_with(mixed, "/load/sessions", repeated(session, 101)).find("must hold 1 to 100 sessions, not 101"),
            std::string::npos);
}

TEST(ScenarioLimits, AHandshakeHoldsAsManyWordsAsItsLimits) {
  const json mixed = sample_of(scenario::mixed_sample());
  const std::string open = "/load/sessions/0/session/0/open/";
  EXPECT_EQ(error_with(mixed, (open + "path").c_str(), repeated("/a", 1000)), "");
  EXPECT_NE(error_with(mixed, (open + "path").c_str(), repeated("/a", 1001)), "");
  json names = json::array(), headers = json::object();
  for (int i = 0; i < 20; ++i) names.push_back("v" + std::to_string(i));
  for (int i = 0; i < 50; ++i) headers["X-" + std::to_string(i)] = "x";
  EXPECT_EQ(error_with(mixed, (open + "subprotocols").c_str(), names), "");
  EXPECT_EQ(error_with(mixed, (open + "headers").c_str(), headers), "");
  names.push_back("one_more");
  headers["X-More"] = "x";
  EXPECT_NE(error_with(mixed, (open + "subprotocols").c_str(), names), "");
  EXPECT_NE(error_with(mixed, (open + "headers").c_str(), headers).find("must hold at most 50 headers"),
            std::string::npos);
}

TEST(ScenarioLimits, NumbersThatDependOnEachOtherMayBeEqual) {
  json small = sample_of(scenario::small_sample());
  small["load"]["concurrent"] = 100;
  EXPECT_EQ(error_of(small), "");
  small["load"]["concurrent"] = 4;
  EXPECT_EQ(error_with(small, "/load/warm_up", 4), "");
  EXPECT_EQ(error_with(small, "/load/client_threads", 4), "");
}

TEST(ScenarioLimits, AStepwiseLoadHasAsManyConnectionsAsItsLimit) {
  json small = sample_of(scenario::small_sample());
  small["load"]["arrival"] = "stepwise";
  EXPECT_EQ(error_with(small, "/load/connections", 10000), "");
  EXPECT_NE(error_with(small, "/load/connections", 10001).find("must be at most 10000"), std::string::npos);
}

TEST(ScenarioLimits, AGoalTellsAsManyWorkersApartAsTheBlackBox) {
  json full = sample_of(scenario::full_sample());
  EXPECT_EQ(error_with(full, "/target/workers", 63), "");
  EXPECT_NE(error_with(full, "/target/workers", 64).find("needs at most 63 workers in the target, not 64"),
            std::string::npos);
  EXPECT_NE(error_with(full, "/target/workers", 1).find("needs at least 2 workers"), std::string::npos);
  full["load"]["until"] = {{"workers", "all"}};
  EXPECT_EQ(error_with(full, "/target/workers", 63), "");
}

TEST(ScenarioLimits, ARangeEndsWhereItsBoundsDo) {
  const json small = sample_of(scenario::small_sample());
  const char* const times = "/load/session/1/send/times";
  EXPECT_EQ(error_with(small, times, "0..100000"), "");
  EXPECT_EQ(error_with(small, times, "100000..100000"), "");
  EXPECT_NE(error_with(small, times, "100000..100001"), "");
  EXPECT_EQ(error_with(small, times, 100000), "");
  EXPECT_NE(error_with(small, times, 100001), "");
  EXPECT_NE(error_with(small, times, "2..1"), "");
}

}  // namespace
}  // namespace heapstorm
