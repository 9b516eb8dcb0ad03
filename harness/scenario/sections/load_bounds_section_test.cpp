// expect.load: what a file may say, and what it may not.
#include <gtest/gtest.h>

#include <string>

#include "harness/scenario/scenario.h"
#include "harness/scenario/testing/scenario_samples.h"

namespace heapstorm {
namespace {

using Limit = LoadBound::Limit;

// The small sample with these bounds on its line 15.
Result<Scenario> with_bounds(const std::string& bounds, const std::string& protocol = "websocket") {
  std::string text =
      scenario::with(scenario::small_sample(), "{ \"clean\": true }", "{ \"clean\": true,\n\"load\": " + bounds + " }");
  if (protocol == "tcp") text = scenario::with(text, ", \"close_frame\": 1", "");
  return parse_scenario(scenario::with(text, "\"websocket\"", "\"" + protocol + "\""), "s.json");
}

std::vector<LoadBound> bounds_of(const std::string& bounds) {
  const Result<Scenario> result = with_bounds(bounds);
  EXPECT_TRUE(result) << result.error().message;
  return result ? result.value().expect.load : std::vector<LoadBound>();
}

std::string error_of(const std::string& bounds, const std::string& protocol = "websocket") {
  const Result<Scenario> result = with_bounds(bounds, protocol);
  return result ? "no error" : result.error().message;
}

TEST(LoadBounds, AreNoneUnlessTheFileSaysSo) {
  const Result<Scenario> result = parse_scenario(scenario::small_sample(), "s.json");
  ASSERT_TRUE(result);
  EXPECT_TRUE(result.value().expect.load.empty());
}

TEST(LoadBounds, EachLimitIsABoundOfItsOwn) {
  EXPECT_EQ(bounds_of(R"({"sessions": {"completed": {"min": 3, "max": 9, "min_share": 0.5, "max_share": 1}}})"),
            (std::vector<LoadBound>{{LoadFigure::sessions, {"completed"}, Limit::min, 3},
                                    {LoadFigure::sessions, {"completed"}, Limit::max, 9},
                                    {LoadFigure::sessions, {"completed"}, Limit::min_share, 0.5},
                                    {LoadFigure::sessions, {"completed"}, Limit::max_share, 1}}));
}

TEST(LoadBounds, OfErrorsAreThoseOfAllOfAPhaseOrOfOneName) {
  EXPECT_EQ(bounds_of(R"({"errors": {"max": 0, "read": {"max": 1, "ECONNRESET": {"max_share": 0.25}},
                                     "handshake": {"TLS_ALERT": {"max": 2}}}})"),
            (std::vector<LoadBound>{{LoadFigure::errors, {}, Limit::max, 0},
                                    {LoadFigure::errors, {"handshake", "TLS_ALERT"}, Limit::max, 2},
                                    {LoadFigure::errors, {"read"}, Limit::max, 1},
                                    {LoadFigure::errors, {"read", "ECONNRESET"}, Limit::max_share, 0.25}}));
}

TEST(LoadBounds, OfStatusesAreThoseOfAClassOrOfOne) {
  EXPECT_EQ(bounds_of(R"({"statuses": {"5xx": {"max": 0}, "101": {"min": 1}}})"),
            (std::vector<LoadBound>{{LoadFigure::statuses, {"101"}, Limit::min, 1},
                                    {LoadFigure::statuses, {"5xx"}, Limit::max, 0}}));
}

TEST(LoadBounds, OfRateAndLatencies) {
  EXPECT_EQ(bounds_of(R"({"rate_per_s": {"min": 1000}, "open_latency_us": {"p99": {"max": 50000}},
                          "answer_latency_us": {"p50": {"max": 7}, "p90": {"max": 8}, "max": {"min": 1, "max": 9}}})"),
            (std::vector<LoadBound>{{LoadFigure::rate_per_s, {}, Limit::min, 1000},
                                    {LoadFigure::open_latency_us, {"p99"}, Limit::max, 50000},
                                    {LoadFigure::answer_latency_us, {"p50"}, Limit::max, 7},
                                    {LoadFigure::answer_latency_us, {"p90"}, Limit::max, 8},
                                    {LoadFigure::answer_latency_us, {"max"}, Limit::min, 1},
                                    {LoadFigure::answer_latency_us, {"max"}, Limit::max, 9}}));
}

TEST(LoadBoundMistakes, AreNamedWithTheirPlaceAndWhatWasMeant) {
  const std::string place = "s.json:15: /expect/load";
  EXPECT_EQ(error_of(R"({"error": {"max": 0}})"), place + "/error: unknown key; did you mean \"errors\"?");
  EXPECT_EQ(error_of(R"({"errors": {"reed": {"max": 0}}})"),
            place + "/errors/reed: unknown key; did you mean \"read\"?");
  EXPECT_EQ(error_of(R"({"errors": {"read": {"ECONRESET": {"max": 0}}}})"),
            place + "/errors/read/ECONRESET: unknown key; did you mean \"ECONNRESET\"?");
  EXPECT_EQ(error_of(R"({"errors": {"read": {"econnreset": {"max": 0}}}})"),
            place + "/errors/read/econnreset: unknown key; did you mean \"ECONNRESET\"?");
  EXPECT_EQ(error_of(R"({"errors": {"maximum": 0}})").substr(0, 51), place + "/errors/maximum: unknown key");
  EXPECT_EQ(error_of(R"({"sessions": {"complete": {"min": 1}}})"),
            place + "/sessions/complete: unknown key; did you mean \"completed\"?");
  EXPECT_EQ(error_of(R"({"answer_latency_us": {"p95": {"max": 1}}})"),
            place + "/answer_latency_us/p95: unknown key; did you mean \"p90\"?");
  EXPECT_EQ(error_of(R"({"open_latency_us": {"p99": {"max_share": 1}}})"),
            place + "/open_latency_us/p99/max_share: unknown key");
  EXPECT_EQ(error_of(R"({"errors": {"max": 0}})"), "no error");
}

TEST(LoadBoundMistakes, AStatusIsAClassOrThreeDigits) {
  for (const char* const bad : {"6xx", "20x", "2XX", "20", "099", "2000", "ok", ""}) {
    EXPECT_EQ(error_of(R"({"statuses": {")" + std::string(bad) + R"(": {"max": 0}}})"),
              "s.json:15: /expect/load/statuses/" + std::string(bad) +
                  ": unknown key; must be \"1xx\" to \"5xx\" or a status of three digits");
  }
  for (const char* const good : {"1xx", "5xx", "100", "599", "999"}) {
    EXPECT_EQ(error_of(R"({"statuses": {")" + std::string(good) + R"(": {"max": 0}}})"), "no error") << good;
  }
}

TEST(LoadBoundMistakes, ALimitIsANumberInItsRange) {
  const std::string place = "s.json:15: /expect/load/errors";
  EXPECT_EQ(error_of(R"({"errors": {"max": -1}})"), place + "/max: must be between 0 and 4294967295, not -1");
  EXPECT_EQ(error_of(R"({"errors": {"max": 0.5}})"),
            place + "/max: must be an integer between 0 and 4294967295, not 0.5");
  EXPECT_EQ(error_of(R"({"errors": {"max_share": 1.5}})"), place + "/max_share: must be between 0 and 1, not 1.5");
  EXPECT_EQ(error_of(R"({"errors": {"min_share": "1 %"}})"),
            place + "/min_share: must be a number between 0 and 1, not the string \"1 %\"");
  EXPECT_EQ(error_of(R"({"errors": {"min": 3, "max": 2}})"), place + "/max: must be at least min (3), not 2");
  EXPECT_EQ(error_of(R"({"errors": {"min_share": 0.5, "max_share": 0.25}})"),
            place + "/max_share: must be at least min_share (0.5), not 0.25");
  EXPECT_EQ(error_of(R"({"errors": {"min": 2, "max": 2}})"), "no error");
}

TEST(LoadBoundMistakes, WhatSaysNothingIsRefused) {
  const std::string place = "s.json:15: /expect/load";
  EXPECT_EQ(error_of("{}"), place +
                                ": must say something: one or more of \"sessions\", \"errors\", \"statuses\", "
                                "\"rate_per_s\", \"open_latency_us\", \"answer_latency_us\"");
  EXPECT_EQ(error_of(R"({"rate_per_s": {}})"),
            place + "/rate_per_s: must say something: one or more of \"min\", \"max\"");
  EXPECT_EQ(error_of(R"({"errors": {"read": {}}})"), place + "/errors/read: must say something");
  EXPECT_EQ(error_of(R"({"statuses": {}})"),
            place + "/statuses: must say something: a class such as \"5xx\", or a status such as \"503\"");
  EXPECT_EQ(error_of("[]"), place + ": must be an object, not an array");
}

TEST(LoadBoundMistakes, MoreSessionsThanTheLoadHas) {
  const auto at_least = [](std::uint32_t sessions) {
    return R"({"sessions": {"completed": {"min": )" + std::to_string(sessions) + "}}}";
  };
  const std::uint32_t connections = parse_scenario(scenario::small_sample(), "s.json").value().load.connections;
  EXPECT_EQ(error_of(at_least(connections)), "no error");
  EXPECT_EQ(error_of(at_least(connections + 1)),
            "s.json:15: /expect/load/sessions/completed/min: must be at most the load's connections (" +
                std::to_string(connections) + "), not " + std::to_string(connections + 1));
  EXPECT_EQ(error_of(R"({"sessions": {"completed": {"max": 4000000000}}})"), "no error");
}

TEST(LoadBoundMistakes, TcpHasNoStatuses) {
  EXPECT_EQ(error_of(R"({"statuses": {"2xx": {"min": 1}}})", "tcp"),
            "s.json:15: /expect/load/statuses: needs protocol \"http\" or \"websocket\"");
  EXPECT_EQ(error_of(R"({"errors": {"max": 0}})", "tcp"), "no error");
}

}  // namespace
}  // namespace heapstorm
