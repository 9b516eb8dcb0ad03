// Storms whose sessions do not get through, or whose answers are errors: judged by default, and as expect.load says.
#include <map>

#include "harness/files/text_file.h"
#include "tools/heapstorm/testing/cli_process.h"

namespace heapstorm::cli {
namespace {

using nlohmann::json;

const std::string server = std::string(HEAPSTORM_TREE) + "/tools/heapstorm/testdata/answering_server.py";

struct Protocol {
  const char* name;
  const char* scheme;
  const char* words;  // its step
};
constexpr Protocol tcp{"tcp", "tcp", R"({"send": {"text": "x", "times": 3}})"};
constexpr Protocol http{"http", "http", R"({"request": {"times": 3}})"};
constexpr Protocol websocket{"websocket", "ws", R"({"send": {"text": "x", "times": 3}})"};

class LoadVerdictTest : public CliTest {
 protected:
  // `mode`: the server's arguments, as members of a JSON array.
  CliResult storm(const Protocol& protocol, const std::string& mode, const std::string& load_bounds = "",
                  const std::vector<std::string>& more = {}) const {
    const std::string path = std::string(protocol.name) == "tcp" ? "" : "/";
    const std::string expect = load_bounds.empty() ? "" : R"(, "load": )" + load_bounds;
    return run_scenario(write("answers.json", R"({
  "name": "external/answers",
  "target": { "command": ["python3", ")" + server +
                                                  R"(", "${PORT}", ")" + protocol.scheme + R"(", )" + mode +
                                                  R"(], "ready": {"stdout_line": "^ready on ${PORT}$"},
              "endpoint": ")" + std::string(protocol.scheme) +
                                                  "://127.0.0.1:${PORT}" + path + R"(" },
  "load": { "protocol": ")" + std::string(protocol.name) +
                                                  R"(", "connections": 20, "concurrent": 4,
            "session": [ {"open": {}}, )" + protocol.words +
                                                  R"(, {"leave": {"fin": 1}} ] },
  "limits": { "start_s": 20, "time_s": 60 },
  "expect": { "clean": true)" + expect + R"( }
})"),
                        more);
  }
  std::map<std::string, std::string> unmet() const {
    std::map<std::string, std::string> unmet;
    const json run = run_json();
    for (const json& one : run["expectations"]) {
      if (!one["met"].get<bool>()) unmet[one["text"]] = one.value("measured", "");
    }
    return unmet;
  }
};

using Unmet = std::map<std::string, std::string>;

TEST_F(LoadVerdictTest, NoSessionThatGetsThroughIsNoSuccess) {
  for (const Protocol& protocol : {tcp, http, websocket}) {
    const CliResult result = storm(protocol, R"("slams")", "", {"--report", "junit"});
    EXPECT_EQ(result.code, 1) << protocol.name << result.err;
    const json load = run_json()["load"];
    EXPECT_EQ(load["sessions"], json::parse(R"({"begun":20,"completed":0,"cut":20,"excused":0,"unfinished":0})"));
    EXPECT_EQ(load["answers"], 0);
    EXPECT_TRUE(run_json()["findings"].empty()) << "it is the storm that proves nothing";
    ASSERT_EQ(unmet().count("sessions get through"), 1U) << protocol.name;
    EXPECT_TRUE(unmet()["sessions get through"].starts_with("0 of 20 did; ")) << unmet()["sessions get through"];
    EXPECT_NE(result.out.find("  unmet     sessions get through: 0 of 20 did; "), std::string::npos) << result.out;
    EXPECT_NE(result.out.find(" 20 errors ("), std::string::npos) << result.out;
    const std::string junit = read_text(path("run/junit.xml"), 1 << 16);
    EXPECT_NE(junit.find("<failure message=\"not met: sessions get through: 0 of 20 did; "), std::string::npos)
        << junit;
  }
}

TEST_F(LoadVerdictTest, HandshakesThatAreRefusedAreKnownByTheirStatus) {
  const CliResult result = storm(websocket, R"("lets_in", "10")");
  EXPECT_EQ(result.code, 1) << result.err;
  EXPECT_EQ(unmet(), (Unmet{{"sessions get through", "2 of 20 did; handshake: EPROTO 18; statuses: 401 18"}}));
  EXPECT_EQ(run_json()["load"]["statuses"], json::parse(R"({"101":2,"401":18})"));
  EXPECT_NE(result.out.find("  statuses  401 18, 101 2\n"), std::string::npos) << result.out;
  EXPECT_EQ(storm(websocket, R"("lets_in", "2")").code, 0) << "half of them is enough";
  EXPECT_EQ(storm(websocket, R"("lets_in", "10")", R"({"sessions": {"completed": {"min": 2}}})").code, 0);
  EXPECT_EQ(storm(websocket, R"("lets_in", "10")", R"({"sessions": {"completed": {"min": 3}}})").code, 1);
}

TEST_F(LoadVerdictTest, AnswersThatAreAllErrorsAreNoSuccess) {
  for (const char* const status : {"500", "404"}) {
    const CliResult result = storm(http, R"("statuses", ")" + std::string(status) + "\"");
    EXPECT_EQ(result.code, 1) << status << result.err;
    EXPECT_EQ(unmet(), (Unmet{{"answers are not all errors", "60 of 60 were " + std::string(status)}}));
    EXPECT_EQ(run_json()["load"]["statuses"][status], 60);
    EXPECT_NE(result.out.find("  statuses  " + std::string(status) + " 60\n"), std::string::npos) << result.out;
  }
  EXPECT_EQ(storm(http, R"("statuses", "500")", R"({"statuses": {"5xx": {"max": 60}}})").code, 0);
}

TEST_F(LoadVerdictTest, ARedirectIsNoErrorAndSomeErrorsAreBoundedOnlyIfTheScenarioSaysSo) {
  EXPECT_EQ(storm(http, R"("statuses", "302")").code, 0);
  EXPECT_EQ(storm(http, R"("statuses", "200", "500")").code, 0);
  const CliResult result =
      storm(http, R"("statuses", "200", "500")", R"({"statuses": {"5xx": {"max_share": 0.25}, "2xx": {"min": 30}}})",
            {"--report", "junit"});
  EXPECT_EQ(result.code, 1) << result.err;
  EXPECT_EQ(unmet(), (Unmet{{"statuses 5xx at most 25 %", "50 %, 30 of 60"}}));
  const std::string junit = read_text(path("run/junit.xml"), 1 << 16);
  EXPECT_NE(junit.find("name=\"statuses 5xx at most 25 %\""), std::string::npos) << junit;
  EXPECT_NE(junit.find("name=\"statuses 2xx at least 30\""), std::string::npos) << junit;
}

TEST_F(LoadVerdictTest, AHealthyServerKeepsEveryBoundAndIsToldInFull) {
  const CliResult result =
      storm(http, R"("statuses", "200")", R"({"errors": {"max": 0}, "statuses": {"2xx": {"min_share": 1}},
      "sessions": {"completed": {"min_share": 1}}, "rate_per_s": {"min": 1},
      "open_latency_us": {"p99": {"max": 10000000}}, "answer_latency_us": {"p50": {"min": 1}, "max": {"max": 10000000}}})");
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  EXPECT_EQ(run_json()["expectations"].size(), 8U);
  EXPECT_NE(result.out.find(" 60 messages, 60 answered, 0 errors\n"), std::string::npos) << result.out;
  EXPECT_EQ(result.out.find("  sessions  "), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("; answers p50 "), std::string::npos) << result.out;
}

TEST_F(LoadVerdictTest, AMistakeInABoundIsNamedWithItsPlace) {
  const CliResult result = storm(http, R"("statuses", "200")", R"({"error": {"max": 0}})");
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("/expect/load/error: unknown key; did you mean \"errors\"?"), std::string::npos)
      << result.err;
}

}  // namespace
}  // namespace heapstorm::cli
