// Mistakes that one part of a scenario file can hold: session, load, faults, expectation.
#include <gtest/gtest.h>

#include <string>

#include "harness/scenario/scenario.h"
#include "harness/scenario/testing/scenario_samples.h"

namespace heapstorm {
namespace {

using scenario::command_sample;
using scenario::small_sample;
using scenario::with;

std::string error_of(const std::string& text) {
  const Result<Scenario> result = parse_scenario(text, "s.json");
  return result ? "no error" : result.error().message;
}

// The small sample with `from` replaced, then its error.
std::string error_with(const std::string& from, const std::string& to) {
  return error_of(with(small_sample(), from, to));
}

TEST(SessionMistakes, OpenComesFirstAndOnlyThere) {
  EXPECT_EQ(error_with("{ \"open\": {} },", ""),
            "s.json:10: /load/session/0: a session must start with {\"open\": {}}");
  EXPECT_EQ(error_with("{ \"open\": {} },", "{ \"open\": {} },{ \"open\": {} },"),
            "s.json:9: /load/session/1: only the first step may be open");
}

TEST(SessionMistakes, LeaveComesLastAndOnlyThere) {
  EXPECT_EQ(error_with("{ \"open\": {} },", "{ \"open\": {} }, { \"leave\": {\"rst\": 1} },"),
            "s.json:9: /load/session/1: only the last step may be leave");
  EXPECT_EQ(error_with("\"leave\": { \"fin\": 3, \"close_frame\": 1 }", "\"send\": {\"text\": \"x\"}"),
            "s.json:11: /load/session/2: a session must end with leave");
  EXPECT_EQ(error_with("\"open\": {}", "\"opn\": {}"),
            "s.json:9: /load/session/0/opn: unknown key; did you mean \"open\"?");
}

TEST(SessionMistakes, StepWithTwoKeysOrNone) {
  const std::string expected =
      "s.json:9: /load/session/0: must have exactly one of the keys \"open\", \"send\", \"request\", \"leave\", "
      "\"misbehave\"";
  EXPECT_EQ(error_with("{ \"open\": {} }", "{}"), expected);
  EXPECT_EQ(error_with("{ \"open\": {} }", "{ \"open\": {}, \"leave\": {} }"), expected);
}

TEST(SessionMistakes, EmptySession) {
  const std::string text = R"({"name": "a/b", "target": {"plugin": "a", "variant": "b"}, "expect": {"clean": true},
      "load": {"protocol": "tcp", "connections": 1, "session": []}})";
  EXPECT_EQ(error_of(text), "s.json:2: /load/session: must hold at least the steps open and leave");
}

TEST(SessionMistakes, StepsThatDoNotFitTheProtocol) {
  EXPECT_EQ(error_with("\"websocket\"", "\"http\""),
            "s.json:10: /load/session/1/send: send steps need protocol \"tcp\" or \"websocket\"\n"
            "s.json:11: /load/session/2/leave/close_frame: needs protocol \"websocket\"");
  EXPECT_EQ(error_with("\"send\": { \"text\": \"y\\n\", \"times\": \"1..20\" }", "\"request\": {}"),
            "s.json:10: /load/session/1/request: request steps need protocol \"http\"");
}

TEST(SessionMistakes, EmptyTextOverTcp) {
  std::string text = with(small_sample(), "\"websocket\"", "\"tcp\"");
  text = with(with(text, ", \"close_frame\": 1", ""), "\"y\\n\"", "\"\"");
  EXPECT_EQ(error_of(text), "s.json:10: /load/session/1/send/text: must not be empty with protocol \"tcp\"");
}

TEST(SessionMistakes, AnswersThatCannotBe) {
  const auto error_of_answer = [](const std::string& from, const std::string& to) {
    return error_of(with(scenario::answers_sample(), from, to));
  };
  EXPECT_EQ(error_of_answer("\"answers\": 2", "\"answers\": 1001"),
            "s.json:9: /load/session/1/send/answers: must be between 0 and 1000, not 1001");
  EXPECT_EQ(error_of_answer("\"answers\": 2", "\"answers\": 0"),
            "s.json:9: /load/session/1/send/answer: needs \"answers\" above 0: none is awaited");
  EXPECT_EQ(error_of_answer("\"bytes\": 8", "\"bytes\": 0"),
            "s.json:10: /load/session/2/send/answer/bytes: must be between 1 and 1000000000, not 0");
  EXPECT_EQ(error_of_answer("{ \"bytes\": 8 }", "{ \"bytes\": 8, \"until\": \"x\" }"),
            "s.json:10: /load/session/2/send/answer: must have exactly one of the keys \"bytes\", \"until\"");
  EXPECT_EQ(error_of_answer("\"until\": \"\\r\\n\"", "\"until\": \"\""),
            "s.json:9: /load/session/1/send/answer/until: must be a delimiter of 1 to 64 bytes, not the string \"\"");
}

TEST(SessionMistakes, WhereAnAnswerEndsIsForTcp) {
  EXPECT_EQ(
      error_with("\"times\": \"1..20\"", "\"answer\": { \"bytes\": 1 }"),
      "s.json:10: /load/session/1/send/answer: needs protocol \"tcp\": with \"websocket\" an answer is a message");
  EXPECT_EQ(error_with("\"times\": \"1..20\"", "\"answers\": 0"), "no error");
}

TEST(SessionMistakes, LeaveWithoutAnyWeight) {
  const std::string expected = "s.json:11: /load/session/2/leave: at least one way to leave needs a weight above 0";
  EXPECT_EQ(error_with("\"fin\": 3, \"close_frame\": 1", ""), expected);
  EXPECT_EQ(error_with("\"fin\": 3, \"close_frame\": 1", "\"fin\": 0"), expected);
  EXPECT_EQ(error_with("\"fin\": 3, \"close_frame\": 1", "\"fin\": -1"),
            "s.json:11: /load/session/2/leave/fin: must be between 0 and 1000000, not -1");
}

TEST(SessionMistakes, Ranges) {
  const std::string at = "s.json:10: /load/session/1/send/times: ";
  EXPECT_EQ(error_with("1..20", "20..1"), at + "the range 20..1 is empty");
  EXPECT_EQ(error_with("1..20", "1..100001"), at + "must be at most 100000, not the string \"1..100001\"");
  for (const char* range :
       {"1-20", "..", "1..", "..2", "1...2", " 1..2", "+1..2", "01..2", "1..99999999999", "7", ""}) {
    EXPECT_EQ(error_with("1..20", range),
              at + "must be an integer or a range like \"1..20\", not the string \"" + std::string(range) + "\"");
  }
}

TEST(LoadMistakes, MoreConcurrentThanConnections) {
  EXPECT_EQ(error_with("\"connections\": 100", "\"connections\": 100, \"concurrent\": 101"),
            "s.json:7: /load/concurrent: must be at most connections (100), not 101");
}

TEST(LoadMistakes, WarmUpThatCannotBe) {
  EXPECT_EQ(error_with("\"connections\": 100", "\"connections\": 100, \"concurrent\": 4, \"warm_up\": 5"),
            "s.json:7: /load/warm_up: must be at most concurrent (4), because they are open at the same time, not 5");
  EXPECT_EQ(error_with("\"connections\": 100", "\"connections\": 100, \"arrival\": \"stepwise\", \"warm_up\": 5"),
            "s.json:7: /load/warm_up: is for arrival \"closed\"; \"stepwise\" opens all connections that way");
}

TEST(LoadMistakes, ClientThreadsThatCannotBe) {
  const std::string at = "s.json:7: /load/client_threads: ";
  const auto error_of_load = [](const std::string& more) {
    return error_with("\"connections\": 100", "\"connections\": 100, " + more);
  };
  EXPECT_EQ(error_of_load("\"client_threads\": 0"), at + "must be between 1 and 64, not 0");
  EXPECT_EQ(error_of_load("\"client_threads\": 65"), at + "must be between 1 and 64, not 65");
  EXPECT_EQ(error_of_load("\"concurrent\": 4, \"client_threads\": 5"), at + "must be at most concurrent (4), not 5");
  const std::string waits = at + "must be 1 with arrival \"stepwise\", \"warm_up\" or \"held\", where one connection " +
                            "waits for another, not 2";
  EXPECT_EQ(error_of_load("\"arrival\": \"stepwise\", \"client_threads\": 2"), waits);
  EXPECT_EQ(error_of_load("\"warm_up\": 2, \"client_threads\": 2"), waits);
  EXPECT_EQ(error_of_load("\"held\": 2, \"client_threads\": 2"), waits);
  EXPECT_EQ(error_of_load("\"held\": 2, \"client_threads\": 1"), "no error");
  EXPECT_EQ(error_of_load("\"client_threads\": 64"), "no error");
}

TEST(LoadMistakes, OneMistakeHasOneMessage) {
  // Neither the ticks by opens nor the number of clients can be judged while the arrival is unknown.
  std::string text =
      with(small_sample(), "\"connections\": 100", "\"connections\": 1, \"concurrent\": 9, \"arrival\": 1");
  text = with(text, "\"expect\"", "\"faults\": [{\"clock_tick\": {\"every_opens\": 1}}],\n\"expect\"");
  EXPECT_EQ(error_of(text), "s.json:7: /load/arrival: must be one of \"closed\", \"stepwise\", not 1");
}

TEST(LoadMistakes, BothNumbersAreReportedAtOnce) {
  EXPECT_EQ(error_with("\"connections\": 100", "\"connections\": 0, \"concurrent\": 0"),
            "s.json:7: /load/connections: must be between 1 and 100000000, not 0\n"
            "s.json:7: /load/concurrent: must be between 1 and 100000, not 0");
}

TEST(LoadMistakes, StepwiseHoldsAllConnectionsOpen) {
  EXPECT_EQ(
      error_with("\"connections\": 100", "\"connections\": 100, \"arrival\": \"stepwise\", \"concurrent\": 2"),
      "s.json:7: /load/concurrent: must equal connections (100) with arrival \"stepwise\", or be left out, not 2");
  EXPECT_EQ(
      error_with("\"connections\": 100", "\"connections\": 10001, \"arrival\": \"stepwise\""),
      "s.json:7: /load/connections: must be at most 10000 with arrival \"stepwise\", which holds all of them open "
      "at once, not 10001");
}

std::string error_of_fault(const std::string& fault) {
  return error_with("\"expect\"", "\"faults\": [" + fault + "],\n\"expect\"");
}

TEST(FaultMistakes, UnknownFault) {
  EXPECT_EQ(error_of_fault(R"({"clocktick": {}})"),
            "s.json:14: /faults/0/clocktick: unknown key; did you mean \"clock_tick\"?");
}

TEST(FaultMistakes, ClockTickNeedsOnePeriod) {
  const std::string expected =
      "s.json:14: /faults/0/clock_tick: must have exactly one of the keys \"every_ms\", \"every_opens\"";
  EXPECT_EQ(error_of_fault(R"({"clock_tick": {}})"), expected);
  EXPECT_TRUE(error_of_fault(R"({"clock_tick": {"every_ms": 1, "every_opens": 1}})").starts_with(expected));
}

TEST(FaultMistakes, TicksByOpensNeedStepwise) {
  EXPECT_EQ(error_of_fault(R"({"clock_tick": {"every_opens": 1}})"),
            "s.json:14: /faults/0/clock_tick/every_opens: needs arrival \"stepwise\": otherwise opens have no order");
}

TEST(FaultMistakes, WorkerRestart) {
  const std::string at = "s.json:14: /faults/0/worker_restart";
  EXPECT_EQ(error_of_fault(R"({"worker_restart": {}})"),
            at + ": must have exactly one of the keys \"every_ms\", \"every_opens\"");
  EXPECT_EQ(error_of_fault(R"({"worker_restart": {"every_opens": 1}})"),
            at + "/every_opens: needs arrival \"stepwise\": otherwise opens have no order");
  EXPECT_EQ(error_of_fault(R"({"worker_restart": {"every_ms": 1, "worker": 4}})"),
            at + "/worker: must be less than the target's workers (4), not 4");
  EXPECT_EQ(error_of_fault(R"({"worker_restart": {"every_ms": 1, "worker": 3}})"), "no error");
  EXPECT_EQ(error_of_fault(R"({"worker_restarts": {}})"),
            "s.json:14: /faults/0/worker_restarts: unknown key; did you mean \"worker_restart\"?");
}

TEST(FaultMistakes, WorkerStall) {
  const std::string at = "s.json:14: /faults/0/worker_stall";
  EXPECT_EQ(error_of_fault(R"({"worker_stall": {"every_ms": 1, "worker": 4}})"),
            at + "/worker: must be less than the target's workers (4), not 4");
  EXPECT_EQ(error_of_fault(R"({"worker_stall": {"every_ms": 1, "for_us": 10000001}})"),
            at + "/for_us: must be between 1 and 10000000, not 10000001");
  EXPECT_EQ(error_of_fault(R"({"worker_stall": {"every_opens": 1}})"),
            at + "/every_opens: needs arrival \"stepwise\": otherwise opens have no order");
}

TEST(FaultMistakes, ClockJump) {
  const std::string at = "s.json:14: /faults/0/clock_jump";
  EXPECT_EQ(error_of_fault(R"({"clock_jump": {"every_ms": 1}})"),
            at + ": must have exactly one of the keys \"forward_s\", \"back_s\"");
  EXPECT_EQ(error_of_fault(R"({"clock_jump": {"every_ms": 1, "back_s": -5}})"),
            at + "/back_s: must be between 1 and 31536000, not -5");
  EXPECT_EQ(error_of_fault(R"({"clock_jump": {"back_s": 5}})"),
            at + ": must have exactly one of the keys \"every_ms\", \"every_opens\"");
}

TEST(FaultMistakes, AllocationFailure) {
  const std::string at = "s.json:14: /faults/0/allocation_failure";
  EXPECT_EQ(error_of_fault(R"({"allocation_failure": {"tag": "x"}})"),
            at + ": must have exactly one of the keys \"nth\", \"one_in\"");
  EXPECT_EQ(error_of_fault(R"({"allocation_failure": {"one_in": 65537}})"),
            at + "/one_in: must be between 0 and 65536, not 65537");
  EXPECT_EQ(error_of_fault(R"({"allocation_failure": {"nth": 1}}, {"allocation_failure": {"nth": 2}})"),
            "s.json:14: /faults/1: may be there only once");
}

TEST(FaultMistakes, HeapDelayAndYield) {
  EXPECT_EQ(error_of_fault(R"({"heap_delay": {}})"), "s.json:14: /faults/0/heap_delay/one_in: is missing");
  EXPECT_EQ(error_of_fault(R"({"heap_delay": {"one_in": 2}}, {"heap_yield": {"one_in": 2}})"), "no error");
  EXPECT_EQ(error_of_fault(R"({"heap_delay": {"one_in": 2}}, {"heap_yield": {"one_in": 1}})"),
            "s.json:14: /faults/1: heap_delay and heap_yield together are more than all operations");
}

TEST(FaultMistakes, DescriptorExhaustion) {
  const std::string at = "s.json:14: /faults/0/descriptor_exhaustion";
  EXPECT_EQ(error_of_fault(R"({"descriptor_exhaustion": {}})"), at + "/every_ms: is missing");
  EXPECT_EQ(error_of_fault(R"({"descriptor_exhaustion": {"every_ms": 5, "for_ms": 5}})"),
            at + "/for_ms: must be less than every_ms (5), not 5");
  EXPECT_EQ(error_of_fault(R"({"descriptor_exhaustion": {"every_ms": 2}})"), "no error");
}

std::string error_of_until(const std::string& until, const std::string& workers = "4") {
  std::string text = with(small_sample(), "\"connections\": 100", "\"connections\": 100, \"until\": " + until);
  return error_of(with(text, "\"static_cache\" }", "\"static_cache\", \"workers\": " + workers + " }"));
}

TEST(LoadMistakes, Until) {
  EXPECT_EQ(error_of_until(R"({"pairs": "all"})"), "no error");
  EXPECT_EQ(
      error_of_until("{}"),
      "s.json:7: /load/until: must have exactly one of the keys \"workers\", \"pairs\", \"meetings\", \"findings\"");
  EXPECT_EQ(error_of_until(R"({"pair": "all"})"), "s.json:7: /load/until/pair: unknown key; did you mean \"pairs\"?");
  EXPECT_EQ(error_of_until(R"({"pairs": 3})"), "s.json:7: /load/until/pairs: must be \"all\", not 3");
  EXPECT_EQ(error_of_until(R"({"pairs": "all"})", "1"),
            "s.json:7: /load/until: needs at least 2 workers in the target");
  EXPECT_EQ(error_of_until(R"({"workers": "all"})", "1"), "no error");
  EXPECT_EQ(error_of_until(R"({"workers": "all"})", "64"),
            "s.json:7: /load/until: needs at most 63 workers in the target, not 64: more are not told apart");
}

// Of the storm that goes on for it.
std::string error_of_expected(const std::string& expect) {
  std::string text =
      with(small_sample(), "\"connections\": 100", R"("connections": 100, "until": {"findings": "all"})");
  return error_of(with(text, "{ \"clean\": true }", expect));
}

TEST(LoadMistakes, UntilFindingsNeedsSomethingToGoOnFor) {
  EXPECT_EQ(error_of_expected(R"({"findings": [{"kind": "data_race"}]})"), "no error");
  EXPECT_EQ(error_of_expected(R"({"findings": [{"kind": "hang"}, {"kind": "crash"}]})"), "no error");
  EXPECT_EQ(error_of_expected(R"({"clean": true})"),
            "s.json:7: /load/until: needs \"findings\" in \"expect\": there is nothing to go on for");
  for (const char* late : {R"({"kind": "hang"})", R"({"kind": "double_free", "when": "stop"})"}) {
    EXPECT_EQ(error_of_expected(std::string(R"({"findings": [)") + late + "]}"),
              "s.json:7: /load/until: needs an expected finding that shows during the storm; all of \"expect\" show "
              "when the target stops");
  }
}

TEST(LoadMistakes, UntilFindingsMayBeOfACommand) {
  const auto text =
      with(command_sample(), "\"connections\": 100", R"("connections": 100, "until": {"findings": "all"})");
  EXPECT_TRUE(error_of(text).ends_with("needs \"findings\" in \"expect\": there is nothing to go on for"))
      << error_of(text);
}

std::string error_of_parameters(const std::string& parameters) {
  return error_with("\"variant\": \"static_cache\"", "\"variant\": \"static_cache\", \"parameters\": " + parameters);
}

TEST(ParameterMistakes, AreNamedWithTheirPlace) {
  EXPECT_EQ(error_of_parameters(R"({"wait_ms": -3})"), "no error");
  EXPECT_EQ(error_of_parameters("[]"), "s.json:4: /target/parameters: must be an object, not an array");
  EXPECT_EQ(error_of_parameters(R"({"wait_ms": "3"})"),
            "s.json:4: /target/parameters/wait_ms: must be an integer between -9007199254740991 and 9007199254740991, "
            "not the string \"3\"");
  EXPECT_EQ(error_of_parameters(R"({"wait_ms": 9007199254740992})"),
            "s.json:4: /target/parameters/wait_ms: must be between -9007199254740991 and 9007199254740991, not "
            "9007199254740992");
  EXPECT_EQ(error_of_parameters(R"({"wait ms": 1})"),
            "s.json:4: /target/parameters/wait ms: must be a name of letters, digits, _");
}

TEST(FaultMistakes, Signal) {
  EXPECT_EQ(error_of_fault(R"({"signal": {"name": "SIGKILL"}})"),
            "s.json:14: /faults/0/signal: must have exactly one of the keys \"after_findings\", \"after_ms\"");
  EXPECT_EQ(error_of_fault(R"({"signal": {"after_ms": 1}})"), "s.json:14: /faults/0/signal/name: is missing");
  const std::string error = error_of_fault(R"({"signal": {"name": "SIGKIL", "after_ms": 1}})");
  EXPECT_TRUE(error.starts_with("s.json:14: /faults/0/signal/name: must be one of \"SIGKILL\", ")) << error;
  EXPECT_TRUE(error.ends_with("not the string \"SIGKIL\"; did you mean \"SIGKILL\"?")) << error;
}

std::string error_of_expect(const std::string& expect) {
  return error_with("{ \"clean\": true }", expect);
}

TEST(ExpectMistakes, CleanOrFindingsAndNotBoth) {
  const std::string expected = "s.json:14: /expect: must have exactly one of the keys \"clean\", \"findings\"";
  EXPECT_EQ(error_of_expect("{}"), expected);
  EXPECT_EQ(error_of_expect(R"({"clean": true, "findings": [{"kind": "hang"}]})"), expected);
}

TEST(ExpectMistakes, CleanMustBeTrue) {
  EXPECT_EQ(error_of_expect(R"({"clean": false})"),
            "s.json:14: /expect/clean: must be true; to expect findings, list them under \"findings\"");
}

TEST(ExpectMistakes, NoFindingsAtAll) {
  EXPECT_EQ(error_of_expect(R"({"findings": []})"), "s.json:14: /expect/findings: must hold at least one finding");
}

TEST(ExpectMistakes, AllowWithoutFindings) {
  EXPECT_EQ(error_of_expect(R"({"clean": true, "allow": [{"kind": "hang"}]})"),
            "s.json:14: /expect/allow: needs \"findings\" beside it");
}

TEST(ExpectMistakes, Kinds) {
  for (const char* kind : {"foreign_fre", "", "zzz*", "asan:", "msan:*", "asan", "tsan:a b", "foreign_free**"}) {
    EXPECT_EQ(error_of_expect("{\"findings\": [{\"kind\": \"" + std::string(kind) + "\"}]}"),
              "s.json:14: /expect/findings/0/kind: must be a kind of finding (which may end in *), not the string \"" +
                  std::string(kind) + "\"");
  }
  for (const char* kind : {"foreign_*", "*", "asan:heap-use-after-free", "asan:*", "tsan:data-*", "ubsan:*", "hang"}) {
    EXPECT_EQ(error_of_expect("{\"findings\": [{\"kind\": \"" + std::string(kind) + "\"}]}"), "no error");
  }
}

TEST(ExpectMistakes, Flavours) {
  const auto error_of_flavours = [](const std::string& flavours) {
    return error_of_expect(R"({"findings": [{"kind": "hang", "flavours": )" + flavours + "}]}");
  };
  const std::string at = "s.json:14: /expect/findings/0/flavours";
  EXPECT_EQ(error_of_flavours("[]"), at + ": must name at least one flavour, or be left out");
  EXPECT_EQ(error_of_flavours(R"(["tsn"])"),
            at + "/0: must be one of \"plain\", \"asan\", \"tsan\", not the string \"tsn\"; did you mean \"tsan\"?");
  EXPECT_TRUE(error_of_flavours("\"tsan\"").starts_with(at + ": must be an array"));
  EXPECT_EQ(error_of_flavours(R"(["tsan", "plain"])"), "no error");
}

TEST(ExpectMistakes, When) {
  const auto error_of_when = [](const std::string& when) {
    return error_of_expect(R"({"findings": [{"kind": "double_free", "when": )" + when + "}]}");
  };
  EXPECT_EQ(error_of_when("\"storm\""), "no error");
  EXPECT_EQ(error_of_when("\"stop\""), "no error");
  EXPECT_EQ(error_of_when("\"end\""),
            "s.json:14: /expect/findings/0/when: must be one of \"storm\", \"stop\", not the string \"end\"");
  EXPECT_EQ(error_of_expect(R"({"findings": [{"kind": "hang"}], "allow": [{"kind": "crash", "when": "stop"}]})"),
            "s.json:14: /expect/allow/0/when: unknown key");
}

TEST(ExpectMistakes, LongValuesAreCutInMessages) {
  const std::string error = error_of_expect("{\"findings\": [{\"kind\": \"" + std::string(5000, 'x') + "\"}]}");
  EXPECT_LT(error.size(), 250u) << error;
}

}  // namespace
}  // namespace heapstorm
