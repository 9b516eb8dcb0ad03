// Arrival by a timetable: how it is read, and when it says that connections begin.
#include <gtest/gtest.h>

#include <string>

#include "harness/scenario/scenario.h"
#include "harness/scenario/testing/scenario_samples.h"
#include "harness/scenario/timetable.h"

namespace heapstorm {
namespace {

using scenario::small_sample;
using scenario::timed_sample;
using scenario::with;

std::string error_of(const std::string& text) {
  const Result<Scenario> result = parse_scenario(text, "s.json");
  return result ? "no error" : result.error().message;
}

std::string error_with(const std::string& from, const std::string& to) {
  return error_of(with(timed_sample(), from, to));
}

// The small sample with this arrival, then its error.
std::string arrival_error(const std::string& arrival) {
  return error_of(with(small_sample(), "\"connections\": 100,", "\"connections\": 100, \"arrival\": " + arrival + ","));
}

TEST(ArrivalSection, PhasesAndHeldConnectionsAreRead) {
  const Result<Scenario> result = parse_scenario(timed_sample(), "s.json");
  ASSERT_TRUE(result) << result.error().message;
  const Load& load = result.value().load;
  EXPECT_EQ(load.arrival, Arrival::open);
  EXPECT_EQ(load.held, 100U);
  EXPECT_EQ(load.concurrent, 4096U);
  EXPECT_EQ(load.phases, (std::vector<ArrivalPhase>{{0, 1000, 1000}, {0, 0, {}, 500}, {0, 0, 10}, {1000, 1000}}));
}

TEST(ArrivalSection, ARateAloneIsOnePhaseWithoutEnd) {
  const auto text = with(small_sample(), "\"connections\": 100,",
                         "\"connections\": 100, \"arrival\": {\"open\": {\"rate_per_s\": 50}},");
  const Result<Scenario> result = parse_scenario(text, "s.json");
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result.value().load.phases, (std::vector<ArrivalPhase>{{50, 50}}));
}

TEST(ArrivalSection, MistakesAreNamed) {
  const std::string place = "s.json:7: /load/arrival";
  EXPECT_EQ(arrival_error("\"open\""), place + ": must be one of \"closed\", \"stepwise\", not the string \"open\"");
  EXPECT_EQ(arrival_error("{}"), place + "/open: is missing");
  EXPECT_EQ(arrival_error("{\"open\": {}}"), place + "/open/rate_per_s: is missing");
  EXPECT_EQ(arrival_error("{\"open\": {\"rate_per_s\": 0}}"),
            place + "/open/rate_per_s: must be between 1 and 1000000, not 0");
  EXPECT_EQ(arrival_error("{\"open\": {\"phases\": []}}"), place + "/open/phases: must hold 1 to 1000 phases, not 0");
}

TEST(ArrivalSection, OnlyTheLastPhaseMayGoOnForEver) {
  EXPECT_EQ(
      error_with("\"rate_per_s\": 0, \"for_ms\": 10", "\"rate_per_s\": 5"),
      "s.json:9: /load/arrival/open/phases/2: needs \"for_ms\": only the last phase may last until all connections "
      "have begun");
  EXPECT_EQ(error_with("\"rate_per_s\": 1000 }", "\"rate_per_s\": 0 }"),
            "s.json:10: /load/arrival/open/phases/3/rate_per_s: must be above 0 without \"for_ms\", or no connection "
            "would ever begin");
  EXPECT_EQ(error_with("\"rate_per_s\": 1000 }", "\"rate_per_s\": 1, \"to_per_s\": 2 }"),
            "s.json:10: /load/arrival/open/phases/3/to_per_s: needs \"for_ms\": how long the rate takes to get there");
  EXPECT_EQ(error_with("\"burst\": 500", "\"burst\": 500, \"for_ms\": 1"),
            "s.json:8: /load/arrival/open/phases/1/for_ms: excludes \"burst\", which takes no time");
}

TEST(ArrivalSection, ThePhasesMustBeginEveryConnection) {
  EXPECT_EQ(
      error_with("\"rate_per_s\": 1000 }", "\"rate_per_s\": 1000, \"for_ms\": 1000 }"),
      "s.json:6: /load/arrival: its phases begin 2000 connections, but there are 4900 besides those held: give the "
      "last one no \"for_ms\"");
}

TEST(ArrivalSection, HeldConnectionsMustFit) {
  EXPECT_EQ(error_with("\"held\": 100", "\"held\": 5000"),
            "s.json:5: /load/held: must be less than connections (5000), of which they are the first, not 5000");
  EXPECT_EQ(arrival_error("\"stepwise\", \"held\": 3"),
            "s.json:7: /load/held: is for arrival \"closed\" or \"open\"; \"stepwise\" holds all connections");
  EXPECT_EQ(arrival_error("\"closed\", \"held\": 3, \"warm_up\": 2"),
            "s.json:7: /load/warm_up: excludes \"held\", which opens connections before all others too");
}

TEST(Timetable, ASteadyRateIsEvenToTheMicrosecond) {
  const Timetable table({{3, 3, {}}});
  EXPECT_EQ(table.start_us(0), 0U);
  EXPECT_EQ(table.start_us(1), 333'333U);
  EXPECT_EQ(table.start_us(2), 666'666U);
  EXPECT_EQ(table.start_us(3'000'000), 1'000'000'000'000U);
}

TEST(Timetable, ARampBeginsAsManyAsItsMeanRateAndEverFaster) {
  const Timetable table({{0, 1000, 2000}});
  EXPECT_EQ(table.connection_count(), 1000U);
  EXPECT_EQ(table.start_us(0), 0U);
  EXPECT_EQ(table.start_us(250), 1'000'000U);  // half of the time: a quarter of the connections
  EXPECT_NEAR(static_cast<double>(table.start_us(999)), 1'999'000, 1000);
  const Timetable down({{1000, 0, 2000}});
  EXPECT_EQ(down.connection_count(), 1000U);
  EXPECT_EQ(down.start_us(750), 1'000'000U);
}

TEST(Timetable, PhasesFollowOneAnother) {
  const Timetable table({{100, 100, 1000}, {0, 0, 500}, {0, 0, {}, 3}, {10, 10, {}}});
  EXPECT_EQ(table.start_us(99), 990'000U);
  for (std::uint64_t index = 100; index <= 102; ++index) EXPECT_EQ(table.start_us(index), 1'500'000U) << index;
  EXPECT_EQ(table.start_us(103), 1'500'000U);
  EXPECT_EQ(table.start_us(104), 1'600'000U);
}

TEST(Timetable, NoConnectionBeginsBeforeTheOneBefore) {
  const Timetable table({{0, 977, 1500}, {977, 13, 700}, {0, 0, {}, 7}, {13, 1000, 300}});
  for (std::uint64_t index = 1; index < table.connection_count(); ++index) {
    ASSERT_GE(table.start_us(index), table.start_us(index - 1)) << index;
  }
}

}  // namespace
}  // namespace heapstorm
