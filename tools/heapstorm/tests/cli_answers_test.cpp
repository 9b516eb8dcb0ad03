// What counts as an answer of a server that is not ours: healthy servers have no finding, whatever their manners.
#include <array>

#include "tools/heapstorm/testing/cli_process.h"

namespace heapstorm::cli {
namespace {

const std::string server = std::string(HEAPSTORM_TREE) + "/tools/heapstorm/testdata/answering_server.py";

struct Served {
  int code = 0;
  nlohmann::json run;
  std::string kinds() const {
    std::string kinds;
    for (const auto& finding : run["findings"]) kinds += finding["kind"].get<std::string>() + " ";
    return kinds;
  }
  std::string notes() const { return run["notes"].dump(); }
};

class AnswersTest : public CliTest {
 protected:
  // `words`: the middle of the session.
  Served serve(const std::string& protocol, const std::string& mode, const std::string& words,
               const std::vector<std::string>& more = {}) const {
    const std::string scheme = protocol == "websocket" ? "ws" : protocol;
    const std::string file = write("answers.json", R"({
  "name": "external/answers",
  "target": { "command": ["python3", ")" + server + R"(", "${PORT}", ")" +
                                                       scheme + R"(", ")" + mode + R"("],
              "endpoint": ")" + scheme + R"(://127.0.0.1:${PORT})" +
                                                       (protocol == "tcp" ? "" : "/") + R"(",
              "ready": {"stdout_line": "^ready"} },
  "load": { "protocol": ")" + protocol + R"(", "connections": 12, "concurrent": 4,
            "session": [ {"open": {}}, )" + words + R"(, {"leave": {"fin": 1}} ] },
  "limits": { "time_s": 20 },
  "expect": { "clean": true }
})");
    const CliResult result = run_scenario(file, more);
    EXPECT_TRUE(result.code == 0 || result.code == 1) << mode << result.err;
    return {result.code, run_json()};
  }

  Served request(const std::string& mode) const { return serve("http", mode, R"({"request": {"times": 3}})"); }
};

TEST_F(AnswersTest, HttpServersThatAreHealthy) {
  for (const char* mode : {"chunked", "interim", "no_content"}) {
    const Served served = request(mode);
    EXPECT_EQ(served.code, 0) << mode;
    EXPECT_EQ(served.kinds(), "") << mode;
    EXPECT_EQ(served.notes(), "[]") << mode;
    EXPECT_EQ(served.run["load"]["messages"], 36) << mode;
  }
}

TEST_F(AnswersTest, AnHttpServerThatSaysThatItClosesIsHealthy) {
  for (const char* mode : {"close", "http10"}) {
    const Served served = request(mode);
    EXPECT_EQ(served.code, 0) << mode;
    EXPECT_EQ(served.kinds(), "") << mode;
    EXPECT_EQ(served.run["load"]["errors"].size(), 0u) << served.run["load"]["errors"];
    EXPECT_EQ(
        served.notes(),
        R"(["24 requests not sent, because the server had said that it closes the connection after its answer"])");
  }
  const Served unsaid = request("close_unsaid");
  EXPECT_NE(unsaid.run["load"]["errors"].size(), 0u);
}

TEST_F(AnswersTest, BareLineFeedsAreNotedOnce) {
  const Served served = request("line_feeds");
  EXPECT_EQ(served.code, 0);
  EXPECT_EQ(served.kinds(), "");
  EXPECT_EQ(served.notes(), R"(["the server ends lines of its HTTP heads with a bare LF, which RFC 9112, section 2.2, )"
                            R"(allows a client to accept"])");
}

TEST_F(AnswersTest, TcpServersWhoseAnswersAreLongerOrShorterThanTheMessage) {
  const std::string ping = R"({"send": {"text": "PING\r\n", "times": 2}})";
  for (const char* mode : {"long", "same", "split", "short"}) {
    const Served served = serve("tcp", mode, ping);
    EXPECT_EQ(served.code, 0) << mode << served.run;
    EXPECT_EQ(served.kinds(), "") << mode;
    EXPECT_EQ(served.run["load"]["errors"].size(), 0u) << mode;
    const bool waits = std::string(mode) == "short";
    EXPECT_EQ(served.notes().find("24 answers shorter than the message") != std::string::npos, waits) << served.notes();
  }
  const std::string until = R"({"send": {"text": "PING\r\n", "times": 2, "answer": {"until": "\r\n"}}})";
  EXPECT_EQ(serve("tcp", "short", until).notes(), "[]");
}

TEST_F(AnswersTest, ATcpServerThatSaysNothingHangsUnlessNoAnswerIsAwaited) {
  const Served silent = serve("tcp", "mute", R"({"send": {"text": "PING\r\n"}})", {"--set", "limits.time_s=1"});
  EXPECT_EQ(silent.code, 1);
  EXPECT_EQ(silent.kinds(), "hang ");
  const Served unasked = serve("tcp", "mute", R"({"send": {"text": "PING\r\n", "answers": 0, "times": 5}})");
  EXPECT_EQ(unasked.code, 0) << unasked.run;
  EXPECT_EQ(unasked.kinds(), "");
  EXPECT_EQ(unasked.notes(), "[]");
}

// What comes is only not what the session awaits.
TEST_F(AnswersTest, AServerThatSendsSomethingDoesNotHang) {
  const std::string until = R"({"send": {"text": "PING\r\n", "answer": {"until": "END\r\n"}}})";
  const std::string two = R"({"send": {"text": "PING\r\n", "answers": 2, "answer": {"until": "\r\n"}}})";
  for (const auto& [protocol, mode, words] : std::vector<std::array<std::string, 3>>{
           {"http", "unended", R"({"request": {}})"}, {"tcp", "short", until}, {"tcp", "short", two}}) {
    const Served served = serve(protocol, mode, words, {"--set", "limits.time_s=1"});
    EXPECT_EQ(served.code, 1) << mode;
    EXPECT_EQ(served.kinds(), "") << mode;
    EXPECT_NE(served.notes().find("the target began to answer a new client, but within 10 s"), std::string::npos)
        << served.notes();
  }
}

TEST_F(AnswersTest, AServerThatNoLongerEndsItsAnswersHangs) {
  const Served served = serve("http", R"(stalls", "12)", R"({"request": {}})");
  EXPECT_EQ(served.code, 1);
  EXPECT_EQ(served.kinds(), "hang ");
}

TEST_F(AnswersTest, AServerOfAnotherProtocolDoesNotHang) {
  const Served served = request("other_protocol");
  EXPECT_EQ(served.code, 1);
  EXPECT_EQ(served.kinds(), "");
  EXPECT_NE(served.notes().find("no HTTP response: it begins "), std::string::npos) << served.notes();
}

TEST_F(AnswersTest, AServerThatAnswersARequestTwiceDoesNotPass) {
  const Served served = request("twofold");
  EXPECT_EQ(served.code, 1);
  EXPECT_EQ(served.run["load"]["errors"]["read"]["EPROTO"], 12);
}

TEST_F(AnswersTest, WebSocketServersThatAreHealthy) {
  for (const char* mode : {"push", "push_and_echo", "pings", "twice", "fragments", "greets", "binary"}) {
    const Served served = serve("websocket", mode, R"({"send": {"text": "hello", "times": 3}})");
    EXPECT_EQ(served.code, 0) << mode << served.run;
    EXPECT_EQ(served.kinds(), "") << mode;
    EXPECT_EQ(served.notes(), "[]") << mode;
    EXPECT_EQ(served.run["load"]["errors"].size(), 0u) << mode;
  }
}

TEST_F(AnswersTest, AWebSocketServerThatAnswersNoMessageButAPingDoesNotHang) {
  const Served mute =
      serve("websocket", "mute", R"({"send": {"text": "hello", "times": 3}})", {"--set", "limits.time_s=1"});
  EXPECT_EQ(mute.kinds(), "");
  EXPECT_NE(mute.notes().find("it answered a ping; if it answers no message by design, \\\"answers\\\": 0 says so"),
            std::string::npos)
      << mute.notes();
  const Served unasked = serve("websocket", "mute", R"({"send": {"text": "hello", "times": 3, "answers": 0}})");
  EXPECT_EQ(unasked.code, 0) << unasked.run;
  EXPECT_EQ(unasked.notes(), "[]");
}

// The words of the second session, too.
TEST_F(AnswersTest, EverySessionOfAMixIsProbed) {
  const std::string quiet = R"({"weight": 1, "session": [{"open": {}}, {"send": {"text": "x\n", "answers": 0}}, )"
                            R"({"leave": {"fin": 1}}]})";
  const auto sessions = [&](const std::string& weight) {
    return "load.sessions=[" + quiet + R"(, {"weight": )" + weight +
           R"(, "session": [{"open": {}}, {"send": {"text": "y\n"}}, {"leave": {"fin": 1}}]}])";
  };
  const std::string file = write("mix.json", R"({
  "name": "external/mix",
  "target": { "command": ["python3", ")" + server +
                                                 R"(", "${PORT}", "tcp", "mute"],
              "endpoint": "tcp://127.0.0.1:${PORT}", "ready": {"stdout_line": "^ready"} },
  "load": { "protocol": "tcp", "connections": 4, "concurrent": 4 },
  "limits": { "time_s": 1 },
  "expect": { "clean": true }
})");
  run_scenario(file, {"--set", sessions("1")});
  EXPECT_EQ(run_json()["findings"][0]["kind"], "hang");
  const CliResult unasked = run_scenario(file, {"--set", sessions("0")});
  EXPECT_EQ(unasked.code, 0) << unasked.err;
  EXPECT_EQ(run_json()["findings"].size(), 0u);
}

TEST_F(AnswersTest, WhatWasNegotiatedUnaskedIsAViolation) {
  for (const auto& [mode, what] : std::vector<std::pair<std::string, std::string>>{
           {"deflate", "extension \"permessage-deflate\""}, {"subprotocol", "sub-protocol \"chat\""}}) {
    const Served served = serve("websocket", mode, R"({"send": {"text": "hello"}})");
    EXPECT_EQ(served.code, 1) << mode;
    EXPECT_EQ(served.kinds(), "protocol_violation ") << mode;
    EXPECT_EQ(served.run["findings"][0]["source"], "protocol");
    EXPECT_EQ(served.run["findings"][0]["summary"],
              "the server negotiates the " + what + ", which no client had offered (RFC 6455, 4.1)");
    EXPECT_EQ(served.run["load"]["errors"]["handshake"]["EPROTO"], 12);
    EXPECT_EQ(served.notes().find("broke its protocol"), std::string::npos) << "the finding says it";
  }
}

}  // namespace
}  // namespace heapstorm::cli
