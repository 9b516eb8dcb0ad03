// What a scenario file may say, and that every mistake in one is reported with its line and JSON pointer.
#include "harness/scenario/scenario.h"

#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <vector>

#include "harness/faults/testing/fault_of.h"
#include "harness/scenario/testing/scenario_samples.h"

namespace heapstorm {
namespace {

using test::fault_of;

using scenario::full_sample;
using scenario::small_sample;
using scenario::with;

std::string error_of(const std::string& text, const std::vector<Override>& overrides = {}) {
  const Result<Scenario> result = parse_scenario(text, "s.json", overrides);
  return result ? "no error" : result.error().message;
}

// The small sample with `from` replaced, then its error.
std::string error_with(const std::string& from, const std::string& to) {
  return error_of(with(small_sample(), from, to));
}

TEST(Scenario, SmallFileIsReadWithItsDefaults) {
  const Result<Scenario> result = parse_scenario(small_sample(), "s.json");
  ASSERT_TRUE(result) << result.error().message;
  const Scenario& scenario = result.value();
  EXPECT_EQ(scenario.name, "date_header/static_cache");
  EXPECT_EQ(scenario.target.plugin, "date_header");
  EXPECT_EQ(scenario.target.variant, "static_cache");
  EXPECT_EQ(scenario.target.workers, 4u);
  EXPECT_EQ(scenario.target.heap, HeapSpec{});
  EXPECT_EQ(scenario.load.protocol, Protocol::websocket);
  EXPECT_EQ(scenario.load.connections, 100u);
  EXPECT_EQ(scenario.load.concurrent, 64u);
  EXPECT_EQ(scenario.load.arrival, Arrival::closed);
  EXPECT_EQ(scenario.limits, Limits{});
  EXPECT_TRUE(scenario.faults.empty());
  EXPECT_TRUE(scenario.expect.clean);
  LeaveStep leave;
  leave.weights[static_cast<std::size_t>(CloseKind::fin)] = 3;
  leave.weights[static_cast<std::size_t>(CloseKind::close_frame)] = 1;
  EXPECT_EQ(scenario.load.session, (std::vector<Step>{OpenStep{}, SendStep{"y\n", {1, 20}}, leave}));
}

TEST(Scenario, WhatCountsAsAnAnswerIsRead) {
  const Result<Scenario> result = parse_scenario(scenario::answers_sample(), "s.json");
  ASSERT_TRUE(result) << result.error().message;
  const std::vector<Step>& session = result.value().load.session;
  EXPECT_EQ(session[1], Step(SendStep{"PING\r\n", {1, 1}, 2, {.until = "\r\n"}}));
  EXPECT_EQ(session[2], Step(SendStep{"TIME\r\n", {1, 1}, 1, {.bytes = 8}}));
  EXPECT_EQ(session[3], Step(SendStep{"QUIT\r\n", {1, 1}, 0}));
}

TEST(Scenario, EveryKeyIsRead) {
  const Result<Scenario> result = parse_scenario(full_sample(), "s.json");
  ASSERT_TRUE(result) << result.error().message;
  const Scenario& scenario = result.value();
  EXPECT_EQ(scenario.description, "All keys.");
  EXPECT_EQ(scenario.target.dispatch, Dispatch::round_robin);
  EXPECT_EQ(scenario.target.workers, 2u);
  EXPECT_EQ(scenario.target.heap, (HeapSpec{Policy::corrupt, Backend::system, false, false, true, 7}));
  EXPECT_EQ(scenario.load.protocol, Protocol::http);
  EXPECT_EQ(scenario.load.arrival, Arrival::stepwise);
  EXPECT_EQ(scenario.load.concurrent, 3u);
  EXPECT_EQ(scenario.load.until, Goal::pairs);
  EXPECT_EQ(scenario.load.session[1], Step(RequestStep{{"/a?b"}, {5, 5}}));
  EXPECT_EQ(scenario.limits, (Limits{1, 2, 3}));
  EXPECT_EQ(scenario.expect.findings,
            (std::vector<FindingPattern>{{"foreign_free", "date_header", {}, Showing::storm}}));
  EXPECT_EQ(scenario.expect.allow, (std::vector<FindingPattern>{{"asan:*", ""}, {"data_race", "", {"plain", "tsan"}}}));
}

TEST(Scenario, FaultsAreRead) {
  const Result<Scenario> result = parse_scenario(full_sample(), "s.json");
  ASSERT_TRUE(result) << result.error().message;
  const std::vector<Fault> expected = {
      fault_of("clock_tick", {{"every_opens", 1}, {"step_s", 60}}),
      fault_of("signal", {{"name", "SIGKILL"}, {"after_findings", 1}}),
      fault_of("signal", {{"name", "SIGSTOP"}, {"after_ms", 0}}),
      fault_of("worker_restart", {{"every_opens", 2}, {"worker", 1}}),
      fault_of("clock_jump", {{"every_opens", 1}, {"back_s", 60}, {"times", 2}}),
      fault_of("allocation_failure", {{"one_in", 100}, {"tag", "session"}}),
      fault_of("heap_delay", {{"one_in", 10}, {"up_to_us", 7}}),
      fault_of("heap_yield", {{"one_in", 10}}),
      fault_of("descriptor_exhaustion", {{"every_ms", 50}, {"for_ms", 5}, {"times", 3}}),
      fault_of("worker_stall", {{"every_opens", 3}, {"for_us", 500}, {"worker", 0}, {"times", 9}})};
  EXPECT_EQ(result.value().faults, expected);
}

TEST(Scenario, AClockJumpsForwardOrBackByItsSeconds) {
  const auto jump = [](const std::string& words) {
    const std::string fault = R"("faults": [{"clock_jump": {"every_ms": 7, "times": 3, )" + words + "}}], \"expect\"";
    const Result<Scenario> result = parse_scenario(with(small_sample(), "\"expect\"", fault), "s.json");
    return result.value().faults.at(0);
  };
  EXPECT_EQ(jump(R"("forward_s": 60)"), fault_of("clock_jump", {{"every_ms", 7}, {"forward_s", 60}, {"times", 3}}));
  EXPECT_EQ(jump(R"("back_s": 60)"), fault_of("clock_jump", {{"every_ms", 7}, {"back_s", 60}, {"times", 3}}));
}

TEST(Scenario, AFaultGetsTheUsualValuesOfWhatItIsNotGiven) {
  const auto fault = [](const std::string& words) {
    const std::string faults = "\"faults\": [" + words + "], \"expect\"";
    return parse_scenario(with(small_sample(), "\"expect\"", faults), "s.json").value().faults.at(0);
  };
  EXPECT_EQ(fault(R"({"clock_tick": {"every_ms": 7}})").values.number("step_s"), 1u);
  EXPECT_EQ(fault(R"({"heap_delay": {"one_in": 7}})").values.number("up_to_us"), 100u);
  EXPECT_EQ(fault(R"({"worker_stall": {"every_ms": 7}})").values.number("for_us"), 1000u);
  EXPECT_EQ(fault(R"({"descriptor_exhaustion": {"every_ms": 70}})").values.number("for_ms"), 7u);
  EXPECT_EQ(fault(R"({"descriptor_exhaustion": {"every_ms": 2}})").values.number("for_ms"), 1u);
}

TEST(Scenario, StepwiseOpensAllConnectionsAtOnce) {
  const auto text = with(small_sample(), "\"connections\": 100", "\"connections\": 100, \"arrival\": \"stepwise\"");
  const Result<Scenario> result = parse_scenario(text, "s.json");
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result.value().load.concurrent, 100u);
}

TEST(Scenario, ResolvedJsonIsNormalisedAndReadsBackTheSame) {
  const Scenario scenario = parse_scenario(full_sample(), "s.json", {{"target.workers", "5"}}).value();
  EXPECT_EQ(scenario.resolved_json.find("//"), std::string::npos);
  EXPECT_EQ(scenario.resolved_json.find("$schema"), std::string::npos);
  EXPECT_NE(scenario.resolved_json.find("\n    \"workers\": 5\n"), std::string::npos) << scenario.resolved_json;
  EXPECT_TRUE(scenario.resolved_json.starts_with("{\n  \"description\""));
  EXPECT_TRUE(scenario.resolved_json.ends_with("}\n"));
  EXPECT_EQ(parse_scenario(scenario.resolved_json, "other.json").value(), scenario);
}

TEST(Scenario, SaysWhenAFindingShows) {
  const auto text = with(with(small_sample(), "{ \"clean\": true }",
                              R"({ "findings": [{ "kind": "data_race" }, { "kind": "double_free", "when": "storm" },
                                                { "kind": "overflow", "when": "stop" }] })"),
                         "\"connections\": 100", R"("connections": 100, "until": { "findings": "all" })");
  const Result<Scenario> result = parse_scenario(text, "s.json");
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result.value().load.until, Goal::findings);
  const auto& findings = result.value().expect.findings;
  EXPECT_EQ(findings[0].when, Showing::by_kind);
  EXPECT_EQ(findings[1].when, Showing::storm);
  EXPECT_EQ(findings[2].when, Showing::stop);
  EXPECT_STREQ(to_string(findings[2].when), "stop");
}

TEST(Scenario, NamesOfEnumerationsAreThoseOfTheFile) {
  EXPECT_STREQ(to_string(Protocol::websocket), "websocket");
  EXPECT_STREQ(to_string(Dispatch::round_robin), "round_robin");
  EXPECT_STREQ(to_string(Policy::corrupt), "corrupt");
  EXPECT_STREQ(to_string(Backend::system), "system");
  EXPECT_STREQ(to_string(Arrival::stepwise), "stepwise");
  EXPECT_STREQ(to_string(Goal::meetings), "meetings");
  EXPECT_STREQ(to_string(Goal::findings), "findings");
  EXPECT_STREQ(to_string(CloseKind::close_frame), "close_frame");
}

TEST(ScenarioFile, MissingFileIsNamed) {
  const Result<Scenario> result = load_scenario("/nonexistent/x.json");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::bad_input);
  EXPECT_EQ(result.error().message, "/nonexistent/x.json: cannot open: No such file or directory");
}

TEST(ScenarioFile, DirectoryIsRefused) {
  EXPECT_EQ(load_scenario("/tmp").error().message, "/tmp: is a directory, not a file");
}

TEST(ScenarioFile, EndlessFileIsRefused) {
  EXPECT_EQ(load_scenario("/dev/zero").error().message, "/dev/zero: is larger than 4 MiB, so no scenario");
}

TEST(BrokenJson, NamesLineAndColumn) {
  const std::string error = error_of("{\n  \"name\": \"a/b\"\n  \"load\": 1}");
  EXPECT_TRUE(error.starts_with("s.json:3:8: syntax error")) << error;
}

TEST(BrokenJson, EndTooEarly) {
  EXPECT_TRUE(error_of("{\n\"a\": [1, 2").starts_with("s.json:2:")) << error_of("{\n\"a\": [1, 2");
  EXPECT_TRUE(error_of("").starts_with("s.json:1:1: syntax error")) << error_of("");
}

TEST(BrokenJson, InvalidUtf8) {
  const std::string error = error_of("{\n\"name\": \"a\xff\"}");
  EXPECT_TRUE(error.starts_with("s.json:2:11: ")) << error;
}

TEST(BrokenJson, EndlessNestingIsRefused) {
  EXPECT_EQ(error_of(std::string(100000, '[')), "s.json:1: nested more than 64 levels deep");
}

TEST(BrokenJson, NumberOutOfAnyRange) {
  const std::string error = error_of("{\n\"a\": 1e999}");
  EXPECT_TRUE(error.starts_with("s.json:2:")) << error;
}

TEST(Mistakes, AreAllReportedInTheOrderOfTheFile) {
  std::string text = with(small_sample(), "\"connections\": 100", "\"connections\": 0");
  text = with(text, "\"plugin\"", "\"plugn\"");
  text = with(text, "\"clean\": true", "\"clean\": 1");
  EXPECT_EQ(error_of(text),
            "s.json:4: /target/plugn: unknown key; did you mean \"plugin\"?\n"
            "s.json:4: /target/plugin: is missing\n"
            "s.json:7: /load/connections: must be between 1 and 100000000, not 0\n"
            "s.json:14: /expect/clean: must be true or false, not 1");
}

TEST(Mistakes, LineOfAValueThatEndsItsLine) {
  // The parser has read the line's end when it reports a number.
  EXPECT_EQ(error_with("\"connections\": 100,", "\"connections\":\n0\n,"),
            "s.json:8: /load/connections: must be between 1 and 100000000, not 0");
}

TEST(Mistakes, CommentsDoNotShiftLines) {
  EXPECT_EQ(error_with("\"connections\": 100", "// one\n/* two\nthree */ \"connections\": -1"),
            "s.json:9: /load/connections: must be between 1 and 100000000, not -1");
}

TEST(Mistakes, UnknownKey) {
  EXPECT_EQ(error_with("\"connections\": 100", "\"connections\": 100, \"conections\": 3"),
            "s.json:7: /load/conections: unknown key; did you mean \"connections\"?");
  EXPECT_EQ(error_with("\"open\": {}", "\"open\": {\"fast/er~\": 1}"),
            "s.json:9: /load/session/0/open/fast~1er~0: unknown key");
}

TEST(Mistakes, UnknownKeyIsReportedAtTheKeyNotItsValue) {
  EXPECT_EQ(error_with("\"connections\": 100", "\"x\":\n\n1, \"connections\": 100"), "s.json:7: /load/x: unknown key");
}

TEST(Mistakes, DuplicateKey) {
  EXPECT_EQ(error_with("\"connections\": 100", "\"connections\": 100,\n\"connections\": 3"),
            "s.json:8: /load/connections: the key is there twice, first on line 7");
}

TEST(Mistakes, WrongType) {
  EXPECT_EQ(error_with("\"connections\": 100", "\"connections\": \"100\""),
            "s.json:7: /load/connections: must be an integer between 1 and 100000000, not the string \"100\"");
  EXPECT_EQ(error_with("\"connections\": 100", "\"connections\": 1.5"),
            "s.json:7: /load/connections: must be an integer between 1 and 100000000, not 1.5");
  EXPECT_EQ(error_with("{ \"clean\": true }", "[]"), "s.json:14: /expect: must be an object, not an array");
  EXPECT_EQ(error_of("[]"), "s.json:1: must be an object, not an array");
  EXPECT_EQ(error_with("\"y\\n\"", "null"), "s.json:10: /load/session/1/send/text: must be a string, not null");
}

TEST(Mistakes, OutOfRange) {
  EXPECT_EQ(error_with("\"variant\"", "\"workers\": 257, \"variant\""),
            "s.json:4: /target/workers: must be between 1 and 256, not 257");
  EXPECT_EQ(error_with("\"connections\": 100", "\"connections\": 18446744073709551615"),
            "s.json:7: /load/connections: must be between 1 and 100000000, not 18446744073709551615");
}

TEST(Mistakes, UnknownWord) {
  EXPECT_EQ(error_with("\"websocket\"", "\"websockets\""),
            "s.json:6: /load/protocol: must be one of \"tcp\", \"http\", \"websocket\", not the string \"websockets\"; "
            "did you mean \"websocket\"?");
}

TEST(Mistakes, MissingKeysAreNamedOneByOne) {
  EXPECT_EQ(error_of("{\n}"),
            "s.json:1: /name: is missing\ns.json:1: /target: is missing\n"
            "s.json:1: /load: is missing\ns.json:1: /expect: is missing");
}

TEST(Mistakes, NameOfUnsafeCharacters) {
  for (const char* name : {"date_header", "../x", "a/../b", "a/b/c", "a/b c", "/b", "a/", "a/-b", ""}) {
    const std::string error = error_with("date_header/static_cache", name);
    EXPECT_TRUE(error.starts_with("s.json:3: /name: must be a name like \"family/variant\"")) << name << ": " << error;
  }
}

TEST(Mistakes, PluginThatWouldLeaveItsFolder) {
  EXPECT_EQ(error_with("\"plugin\": \"date_header\"", "\"plugin\": \"../date_header\""),
            "s.json:4: /target/plugin: must be a name of letters, digits, _ -, not the string \"../date_header\"");
}

}  // namespace
}  // namespace heapstorm
