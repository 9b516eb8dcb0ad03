// target.command: what is read, and the mistakes that it can hold.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "harness/scenario/scenario.h"
#include "harness/scenario/testing/scenario_samples.h"

namespace heapstorm {
namespace {

using scenario::small_sample;
using scenario::with;

const std::string plugin_target = R"({ "plugin": "date_header", "variant": "static_cache" })";

// The small sample (protocol websocket) with this target on its fourth line.
std::string sample(const std::string& target) {
  return with(small_sample(), plugin_target, target);
}

std::string error_of(const std::string& target) {
  const Result<Scenario> result = parse_scenario(sample(target), "s.json");
  return result ? "no error" : result.error().message;
}

CommandTarget command_of(const std::string& target) {
  const Result<Scenario> result = parse_scenario(sample(target), "/scenarios/s.json");
  EXPECT_TRUE(result) << result.error().message;
  return result ? *result.value().target.command : CommandTarget{};
}

TEST(CommandTargets, NeedNoMoreThanACommandThatIsToldThePort) {
  const CommandTarget target = command_of(R"({"command": ["./server", "--port=${PORT}"]})");
  EXPECT_EQ(target.command, (std::vector<std::string>{"./server", "--port=${PORT}"}));
  EXPECT_EQ(target.endpoint, CommandEndpoint{});
  EXPECT_EQ(target.ready.kind, ReadySign::Kind::tcp);
  EXPECT_EQ(target.working_directory, "/scenarios");
}

TEST(CommandTargets, TakeAllTheirKeys) {
  const CommandTarget target = command_of(
      R"({"command": ["s"], "endpoint": "ws://[::1]:${PORT}/chat?room=1", "environment": {"P": "${PORT}", "W": "${WORKERS}"},
          "working_directory": "../bin/", "workers": 3, "ready": {"stdout_line": "up on ${PORT}$"}})");
  EXPECT_EQ(target.endpoint, (CommandEndpoint{"::1", {}, "/chat?room=1"}));
  EXPECT_EQ(target.environment.size(), 2u);
  EXPECT_EQ(target.working_directory, "/bin");
  EXPECT_EQ(target.ready, (ReadySign{ReadySign::Kind::stdout_line, "up on ${PORT}$"}));
}

TEST(CommandTargets, AreJudgedByTheRulesOfTheFaultsThatTheyCanHave) {
  const auto error_with = [](const std::string& fault) {
    const std::string text =
        with(sample(R"({"command": ["s", "${PORT}"]})"), "\"expect\"", "\"faults\": [" + fault + "],\n\"expect\"");
    const Result<Scenario> result = parse_scenario(text, "s.json");
    return result ? "no error" : result.error().message;
  };
  EXPECT_EQ(error_with(R"({"descriptor_exhaustion": {"every_ms": 5, "for_ms": 4}})"), "no error");
  EXPECT_EQ(error_with(R"({"descriptor_exhaustion": {"every_ms": 5, "for_ms": 5}})"),
            "s.json:14: /faults/0/descriptor_exhaustion/for_ms: must be less than every_ms (5), not 5");
  const std::string needs_plugin = error_with(R"({"worker_stall": {"every_ms": 5, "worker": 9}})");
  EXPECT_TRUE(needs_plugin.starts_with("s.json:14: /faults/0/worker_stall: needs a target with \"plugin\""))
      << needs_plugin;
  EXPECT_EQ(needs_plugin.find("must be less than the target's workers"), std::string::npos) << needs_plugin;
}

TEST(CommandTargets, MayHaveAPortOfTheirOwn) {
  EXPECT_EQ(command_of(R"({"command": ["s"], "endpoint": "ws://localhost:8080"})").endpoint.port, 8080);
}

TEST(CommandTargets, GiveTheirPathToRequestsWithoutOne) {
  std::string text = sample(R"({"command": ["s", "${PORT}"], "endpoint": "http://127.0.0.1:${PORT}/api"})");
  text = with(with(text, "\"websocket\"", "\"http\""), ", \"close_frame\": 1", "");
  text = with(text, R"({ "send": { "text": "y\n", "times": "1..20" } })",
              R"({"request": {}}, {"request": {"path": "/b"}})");
  const Result<Scenario> result = parse_scenario(text, "s.json");
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(std::get<RequestStep>(result.value().load.session[1]).paths.front(), "/api");
  EXPECT_EQ(std::get<RequestStep>(result.value().load.session[2]).paths.front(), "/b");
}

TEST(CommandTargets, MeanTheSameFromARunDirectory) {
  const auto first = parse_scenario(sample(R"({"command": ["s", "${PORT}"], "working_directory": "x"})"), "/a/s.json");
  ASSERT_TRUE(first);
  const auto again = parse_scenario(first.value().resolved_json, "/elsewhere/scenario.json");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again.value().target, first.value().target);
  EXPECT_EQ(again.value().target.command->working_directory, "/a/x");
}

TEST(CommandMistakes, PluginAndCommandExcludeEachOther) {
  EXPECT_EQ(error_of(R"({"plugin": "a", "variant": "b", "command": ["s", "${PORT}"]})"),
            "s.json:4: /target/command: excludes \"plugin\": a target is the one or the other");
  EXPECT_EQ(error_of(R"({"command": ["s", "${PORT}"], "heap": {}})"),
            "s.json:4: /target/heap: is for a target with \"plugin\", not with \"command\"");
  EXPECT_EQ(error_of(R"({"plugin": "a", "variant": "b", "ready": {"tcp": true}})"),
            "s.json:4: /target/ready: needs \"command\" beside it");
}

TEST(CommandMistakes, Commands) {
  EXPECT_EQ(error_of(R"({"command": []})"), "s.json:4: /target/command: must hold at least the program");
  EXPECT_EQ(error_of(R"({"command": "s ${PORT}"})"),
            "s.json:4: /target/command: must be an array, not the string \"s ${PORT}\"");
  EXPECT_EQ(
      error_of(R"({"command": ["", "${PORT}"]})"),
      "s.json:4: /target/command/0: must be a program: a path, or a name to look up in PATH, not the string \"\"");
  EXPECT_EQ(error_of(R"({"command": ["s", 80]})"),
            "s.json:4: /target/command/1: must be a string without the byte 0, not 80");
}

TEST(CommandMistakes, ACommandThatIsNotToldItsPort) {
  EXPECT_EQ(error_of(R"({"command": ["s"]})"),
            "s.json:4: /target/command: is not told the port: ${PORT} must stand in it or in \"environment\"");
  EXPECT_EQ(error_of(R"({"command": ["s"], "environment": {"PORT": "${PORT}"}})"), "no error");
  EXPECT_EQ(error_of(R"({"command": ["s", "${PORT}", "${WORKERS}"]})"),
            "s.json:4: /target/command: speaks of ${WORKERS}, but \"workers\" is missing");
}

TEST(CommandMistakes, Endpoints) {
  const auto error = [](const std::string& endpoint) {
    return error_of(R"({"command": ["s", "${PORT}"], "endpoint": ")" + endpoint + "\"}");
  };
  for (const char* wrong :
       {"", "127.0.0.1:80", "wsss://127.0.0.1:80/", "ws://example.org:80/", "ws://127.0.0.1/", "ws://127.0.0.1:0/",
        "ws://127.0.0.1:65536/", "ws://256.0.0.1:80/", "ws://127.1:80/", "ws://::1:80/", "ws://[x]:80/",
        "ws://127.0.0.1:${PORT}/a b", "ws://127.0.0.1:${PORT}x", "tcp://127.0.0.1:80/path", "ws://127.0.0.1:080/"}) {
    EXPECT_TRUE(error(wrong).starts_with("s.json:4: /target/endpoint: must be an endpoint like ")) << wrong;
  }
  EXPECT_EQ(error("http://127.0.0.1:${PORT}/"),
            "s.json:4: /target/endpoint: does not fit the load's protocol, which is \"websocket\"");
  EXPECT_EQ(error("ws://10.1.2.3:1/"), "no error") << "who runs it must allow it";
}

TEST(CommandMistakes, Signs) {
  const auto error = [](const std::string& ready) {
    return error_of(R"({"command": ["s", "${PORT}"], "ready": )" + ready + "}");
  };
  EXPECT_EQ(error("{}"),
            "s.json:4: /target/ready: must have exactly one of the keys \"tcp\", \"stdout_line\", \"http\"");
  EXPECT_EQ(error(R"({"tcp": false})"),
            "s.json:4: /target/ready/tcp: must be true; for another sign use \"stdout_line\" or \"http\"");
  EXPECT_EQ(error(R"({"stdout_line": "("})"),
            "s.json:4: /target/ready/stdout_line: must be a regular expression (ECMAScript), not the string \"(\"");
  EXPECT_EQ(error(R"({"http": "health"})"),
            "s.json:4: /target/ready/http: must be a path that starts with / and holds no spaces, not the string "
            "\"health\"");
}

TEST(CommandMistakes, FaultsThatOnlyOurHostCarriesOut) {
  std::string text = sample(R"({"command": ["s", "${PORT}"]})");
  text = with(text, "\"expect\"", "\"faults\": [{\"clock_tick\": {\"every_ms\": 1}}],\n\"expect\"");
  const Result<Scenario> result = parse_scenario(text, "s.json");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message,
            "s.json:14: /faults/0/clock_tick: needs a target with \"plugin\": nothing in a command's server would hear "
            "of it");
}

TEST(CommandMistakes, Variables) {
  EXPECT_EQ(error_of(R"({"command": ["s", "${PORT}"], "environment": {"1A": "x"}})"),
            "s.json:4: /target/environment/1A: is no name of a variable: letters, digits and _, no digit first");
  EXPECT_EQ(error_of(R"({"command": ["s", "${PORT}"], "environment": {"A": 1}})"),
            "s.json:4: /target/environment/A: must be a string without the byte 0, not 1");
}

}  // namespace
}  // namespace heapstorm
