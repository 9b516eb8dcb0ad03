// Several sessions in one load, and what their steps say of a request's head.
#include <gtest/gtest.h>

#include <string>

#include "harness/scenario/scenario.h"
#include "harness/scenario/testing/scenario_samples.h"

namespace heapstorm {
namespace {

using scenario::mixed_sample;
using scenario::small_sample;
using scenario::with;

std::string error_of(const std::string& text) {
  const Result<Scenario> result = parse_scenario(text, "s.json");
  return result ? "no error" : result.error().message;
}

std::string error_with(const std::string& from, const std::string& to) {
  return error_of(with(mixed_sample(), from, to));
}

TEST(SessionMix, SessionsAreReadOneAfterAnother) {
  const Result<Scenario> result = parse_scenario(mixed_sample(), "s.json");
  ASSERT_TRUE(result) << result.error().message;
  const Load& load = result.value().load;
  ASSERT_EQ(load.session.size(), 5U);
  EXPECT_EQ(load.mix, (std::vector<SessionPart>{{3, 0, 2}, {1, 2, 3}}));
  EXPECT_EQ(load.session[0], Step(OpenStep{{"/a", "/b"}, {{"Authorization", "Bearer x"}}, {"chat", "v2"}}));
  EXPECT_EQ(load.session[2], Step(OpenStep{{"/c"}}));
}

TEST(SessionMix, OneSessionIsAMixOfOne) {
  const Result<Scenario> result = parse_scenario(small_sample(), "s.json");
  ASSERT_TRUE(result);
  EXPECT_TRUE(result.value().load.mix.empty());
  EXPECT_EQ(sessions_of(result.value().load), (std::vector<SessionPart>{{1, 0, 3}}));
}

TEST(SessionMix, MistakesAreNamedWithTheirSession) {
  EXPECT_EQ(error_with("{ \"open\": { \"path\": \"/c\" } }, ", ""),
            "s.json:11: /load/sessions/1/session/0: a session must start with {\"open\": {}}");
  EXPECT_EQ(error_with("\"sessions\": [", "\"session\": [], \"sessions\": ["),
            "s.json:7: /load/session: excludes \"sessions\": a load has the one or the other");
  EXPECT_EQ(error_with("\"weight\": 3", "\"weight\": 3, \"wait\": 1"), "s.json:8: /load/sessions/0/wait: unknown key");
}

TEST(SessionMix, OneSessionNeedsAWeight) {
  const std::string text = with(with(mixed_sample(), "\"weight\": 3", "\"weight\": 0"), "{ \"session\": [ { \"open\"",
                                "{ \"weight\": 0, \"session\": [ { \"open\"");
  EXPECT_EQ(error_of(text), "s.json:7: /load/sessions: at least one session needs a weight above 0");
}

TEST(SessionMix, ALoadNeedsASession) {
  EXPECT_EQ(error_of(with(small_sample(), "\"session\"", "\"sesion\"")),
            "s.json:5: /load/session: is missing\n"
            "s.json:8: /load/sesion: unknown key; did you mean \"session\"?");
}

TEST(RequestHead, HeadersOfTheClientItselfAreRefused) {
  EXPECT_EQ(error_with("\"Authorization\"", "\"hOST\""),
            "s.json:9: /load/sessions/0/session/0/open/headers/hOST: is a header that the client itself sets");
  EXPECT_EQ(error_with("\"Authorization\"", "\"a b\""),
            "s.json:9: /load/sessions/0/session/0/open/headers/a b: is no name of a header: a token of 1 to 100 "
            "letters, digits and marks");
}

TEST(RequestHead, ListsMustHoldSomething) {
  EXPECT_EQ(error_with("[\"/a\", \"/b\"]", "[]"),
            "s.json:9: /load/sessions/0/session/0/open/path: must hold 1 to 1000 strings, not 0");
  EXPECT_EQ(error_with("[\"chat\", \"v2\"]", "[]"),
            "s.json:9: /load/sessions/0/session/0/open/subprotocols: must hold 1 to 20 strings, not 0");
}

TEST(RequestHead, OnlyAWebSocketsOpeningIsARequest) {
  EXPECT_EQ(
      error_of(with(with(small_sample(), "\"open\": {}", "\"open\": {\"path\": \"/a\"}"), "\"websocket\"", "\"tcp\"")),
      "s.json:9: /load/session/0/open/path: needs protocol \"websocket\": only its opening is a request\n"
      "s.json:11: /load/session/2/leave/close_frame: needs protocol \"websocket\"");
}

}  // namespace
}  // namespace heapstorm
