// Servers that are not ours (`target.command`), above all those that misbehave: each is a result within its deadline,
// in clear words, and leaves nothing running.
#include <filesystem>
#include <fstream>

#include "harness/files/text_file.h"
#include "tools/heapstorm/testing/cli_process.h"

namespace heapstorm::cli {
namespace {

const std::string server = std::string(HEAPSTORM_TREE) + "/tools/heapstorm/testdata/external_server.py";

class ExternalTargetTest : public CliTest {
 protected:
  // A scenario whose target is `command`, a JSON array.
  std::string scenario_with(const std::string& command, const std::string& more = "",
                            const std::string& limits = "") const {
    return write("external.json", R"({
  "name": "external/test",
  "target": { "command": )" + command +
                                      more + R"( },
  "load": { "protocol": "http", "connections": 40, "concurrent": 1,
            "session": [ {"open": {}}, {"request": {}}, {"leave": {"fin": 1}} ] },
  "limits": { "start_s": 60, "stop_s": 10, "time_s": 20)" +
                                      limits + R"( },
  "expect": { "clean": true }
})");
  }
  std::string serving(const std::string& mode, const std::string& limits = "") const {
    return scenario_with(R"(["python3", ")" + server + R"(", "${PORT}", ")" + mode + R"(", "${SCRATCH}"])",
                         R"(, "ready": {"stdout_line": "^ready on ${PORT}$"})", limits);
  }
  std::string kinds_found() const {
    std::string kinds;
    const nlohmann::json run = run_json();
    for (const auto& finding : run["findings"]) kinds += finding["kind"].get<std::string>() + " ";
    return kinds;
  }
  // A connection that ends with its server may be noted or not, as its last bytes lay.
  std::string notes_but_of_connections() const {
    nlohmann::json notes = nlohmann::json::array();
    const nlohmann::json run = run_json();
    for (const auto& note : run["notes"]) {
      if (note.get<std::string>().find("ended by the server") == std::string::npos) notes.push_back(note);
    }
    return notes.dump();
  }
  int noted_process(const std::string& name) const {
    int pid = 0;
    std::ifstream(path("run/scratch/" + name)) >> pid;
    return pid;
  }
};

TEST_F(ExternalTargetTest, ThatServesIsCleanAndIsReportedWithoutABlackBox) {
  const CliResult result = run_scenario(serving("serves"));
  EXPECT_EQ(result.code, 0) << result.err << result.out;
  const nlohmann::json run = run_json();
  EXPECT_EQ(run["target"]["name"], "python3");
  EXPECT_EQ(run["load"]["connections"], 40);
  EXPECT_EQ(run["load"]["messages"], 40);
  EXPECT_EQ(run["notes"].size(), 0u) << run["notes"];
  EXPECT_FALSE(std::filesystem::exists(path("run/black_box.bin")));
  const CliResult report = run_cli({"report", path("run")});
  EXPECT_EQ(report.code, 0) << report.err;
  EXPECT_TRUE(report.out.starts_with("PASS")) << report.out;
  EXPECT_EQ(report.out.find("  reached "), std::string::npos) << report.out;
}

TEST_F(ExternalTargetTest, ReadyByTcpAndByHttp) {
  for (const char* ready : {R"({"tcp": true})", R"({"http": "/health"})"}) {
    const std::string command = R"(["python3", ")" + server + R"(", "${PORT}"])";
    const CliResult result = run_scenario(scenario_with(command, std::string(", \"ready\": ") + ready));
    EXPECT_EQ(result.code, 0) << ready << result.err << result.out;
  }
}

TEST_F(ExternalTargetTest, GetsItsEnvironmentAndWorkingDirectory) {
  std::filesystem::create_directory(path("here"));
  const std::string command = R"(["sh", "-c", "pwd; exec python3 )" + server + R"( \"$MY_PORT\""])";
  const CliResult result =
      run_scenario(scenario_with(command, R"(, "environment": {"MY_PORT": "${PORT}"}, "working_directory": "here")"));
  EXPECT_EQ(result.code, 0) << result.err << result.out;
  std::string folder;
  std::getline(std::ifstream(path("run/target.stdout")), folder);
  EXPECT_EQ(std::filesystem::path(folder).filename(), "here");
}

TEST_F(ExternalTargetTest, ThatDoesNotExistIsNamed) {
  const CliResult result = run_scenario(scenario_with(R"(["./no_such_server", "${PORT}"])"));
  EXPECT_EQ(result.code, 3);
  EXPECT_NE(result.err.find("cannot run ./no_such_server: No such file or directory"), std::string::npos) << result.err;
}

TEST_F(ExternalTargetTest, ThatExitsAtOnceIsNamedWithItsCodeAndLastWords) {
  const CliResult result = run_scenario(scenario_with(R"(["sh", "-c", "echo no licence ${PORT} >&2; exit 7"])"));
  EXPECT_EQ(result.code, 3) << result.out;
  EXPECT_NE(result.err.find("died_at_start, exit code 7"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("no licence"), std::string::npos) << result.err;
}

TEST_F(ExternalTargetTest, ThatNeverListensIsAnErrorOfTheEnvironment) {
  const std::string sleeps = R"(["sh", "-c", "exec sleep 60", "${PORT}"])";
  const CliResult silent = run_scenario(scenario_with(sleeps), {"--set", "limits.start_s=1"});
  EXPECT_EQ(silent.code, 3) << silent.out;
  EXPECT_NE(silent.err.find("did not listen within 1 s"), std::string::npos) << silent.err;
  EXPECT_FALSE(is_running(run_json()["target"]["pid"]));
}

TEST_F(ExternalTargetTest, ThatPrintsAGigabyteIsServedAndItsOutputCut) {
  const std::string command =
      R"(["sh", "-c", "head -c 1000000000 /dev/zero & exec python3 )" + server + R"( ${PORT}"])";
  const CliResult result = run_scenario(scenario_with(command));
  EXPECT_EQ(result.code, 0) << result.err << result.out;
  EXPECT_LE(std::filesystem::file_size(path("run/target.stdout")), 16u << 20);
}

TEST_F(ExternalTargetTest, ThatForksLeavesNothingRunning) {
  const CliResult result = run_scenario(serving("forks"));
  EXPECT_EQ(result.code, 0) << result.err << result.out;
  for (const char* name : {"leader", "child", "daemon"}) {
    ASSERT_GT(noted_process(name), 0) << name;
    EXPECT_FALSE(is_running(noted_process(name))) << name;
  }
}

TEST_F(ExternalTargetTest, ThatGoesIntoTheBackgroundIsToldToStay) {
  const std::string command = R"(["sh", "-c", "setsid sleep 600 & echo $! > ${SCRATCH}/daemon; exit 0 # ${PORT}"])";
  const CliResult result = run_scenario(scenario_with(command));
  EXPECT_EQ(result.code, 3) << result.out;
  EXPECT_NE(result.err.find("a target must stay in the foreground"), std::string::npos) << result.err;
  EXPECT_FALSE(is_running(noted_process("daemon")));
}

TEST_F(ExternalTargetTest, ThatIgnoresSigtermIsKilledAndAFinding) {
  const CliResult result = run_scenario(serving("stays"), {"--set", "limits.stop_s=1"});
  EXPECT_EQ(result.code, 1) << result.err;
  const nlohmann::json run = run_json();
  EXPECT_EQ(run["end_reason"], "target_hung");
  EXPECT_EQ(kinds_found(), "hang ");
  EXPECT_FALSE(is_running(run["target"]["pid"]));
}

TEST_F(ExternalTargetTest, ThatNoLongerAnswersHangs) {
  const CliResult result = run_scenario(serving("hangs"), {"--set", "limits.time_s=1"});
  EXPECT_EQ(result.code, 1) << result.err;
  EXPECT_EQ(kinds_found(), "hang ");
  EXPECT_EQ(run_json()["findings"][0]["source"], "protocol");
}

TEST_F(ExternalTargetTest, ThatLetsNoClientInIsNotClean) {
  std::string text = read_text(serving("serves"), 1 << 16);  // it knows no WebSocket
  text.replace(text.find("\"http\""), 6, "\"websocket\"");
  text.replace(text.find("{\"request\": {}}"), 15, R"({"send": {"text": "y"}})");
  const CliResult result = run_scenario(write("external.json", text));
  EXPECT_EQ(result.code, 1) << result.err;
  EXPECT_EQ(kinds_found(), "");
  EXPECT_NE(result.out.find("  unmet     sessions get through: 0 of 40 did; handshake: EPROTO 40; statuses: 200 40\n"),
            std::string::npos)
      << result.out;
}

TEST_F(ExternalTargetTest, ThatGrowsIsStoppedWithItsFigures) {
  const CliResult memory = run_scenario(serving("grows", R"(, "rss_mb": 100)"), {"--set", "load.connections=100000"});
  EXPECT_EQ(memory.code, 1) << memory.err;
  EXPECT_EQ(run_json()["end_reason"], "resource_limit");
  EXPECT_EQ(kinds_found(), "resource_growth ");
  EXPECT_NE(run_json()["findings"][0]["summary"].get<std::string>().find("more than limits.rss_mb, which is 100"),
            std::string::npos);
  const CliResult descriptors =
      run_scenario(serving("keeps_descriptors", R"(, "descriptors": 50)"), {"--set", "load.connections=100000"});
  EXPECT_EQ(descriptors.code, 1) << descriptors.err;
  EXPECT_EQ(kinds_found(), "resource_growth ");
}

TEST_F(ExternalTargetTest, ThatGrewStaysOneThatGrewHoweverItTakesSigterm) {
  for (const auto& [mode, kinds] : {std::pair("grows_and_exits_3", "unexpected_exit resource_growth "),
                                    std::pair("grows_and_stays", "resource_growth hang ")}) {
    const CliResult result = run_scenario(serving(mode, R"(, "rss_mb": 100)"), {"--set", "load.connections=100000"});
    EXPECT_EQ(result.code, 1) << mode << result.err;
    EXPECT_EQ(run_json()["end_reason"], "resource_limit") << mode;
    EXPECT_EQ(kinds_found(), kinds) << mode;
  }
}

TEST_F(ExternalTargetTest, ThatAPlannedSignalKilledHasLeftNothingBehind) {
  std::string text = read_text(serving("serves"), 1 << 16);
  text.replace(text.find("\"limits\""), 0, R"("faults": [ {"signal": {"name": "SIGKILL", "after_ms": 20}} ], )");
  const CliResult result = run_scenario(write("external.json", text), {"--set", "load.connections=100000"});
  const nlohmann::json run = run_json();
  EXPECT_EQ(run["end_reason"], "signal_injected") << result.err;
  EXPECT_EQ(run["target"]["exit"]["signal"], 9);
  EXPECT_EQ(notes_but_of_connections(), "[]");
}

// A child, and a grandchild in a session of its own whose parent has gone.
TEST_F(ExternalTargetTest, ThatAPlannedSignalKilledHasLeftAsManyBehindAsTheNoteSays) {
  std::string text = read_text(serving("forks"), 1 << 16);
  text.replace(text.find("\"limits\""), 0, R"("faults": [ {"signal": {"name": "SIGKILL", "after_ms": 20}} ], )");
  const CliResult result = run_scenario(write("external.json", text), {"--set", "load.connections=100000"});
  EXPECT_EQ(run_json()["end_reason"], "signal_injected") << result.err;
  EXPECT_EQ(notes_but_of_connections(),
            R"(["2 of the target's processes lived on after it had ended, and were killed"])");
  for (const char* name : {"leader", "child", "daemon"}) EXPECT_FALSE(is_running(noted_process(name))) << name;
}

TEST_F(ExternalTargetTest, WhoseAllocatorComplainsIsFoundByItsWords) {
  const CliResult result = run_scenario(serving("aborts"));
  EXPECT_EQ(result.code, 1) << result.err;
  EXPECT_EQ(run_json()["end_reason"], "target_died");
  EXPECT_EQ(run_json()["target"]["exit"]["signal"], 6);
  EXPECT_EQ(kinds_found(), "invalid_free ");
}

TEST_F(ExternalTargetTest, WhoseAllocatorComplainsBehindAFloodIsFoundByItsWords) {
  const CliResult result = run_scenario(serving("floods_and_aborts"));
  EXPECT_EQ(result.code, 1) << result.err;
  EXPECT_EQ(kinds_found(), "invalid_free ");
  EXPECT_EQ(std::filesystem::file_size(path("run/target.stderr")), 16u << 20);
  EXPECT_EQ(notes_but_of_connections(), R"(["of the target's output the middle was left out: more than 16 MiB"])");
}

TEST_F(ExternalTargetTest, ThatEndsByItselfIsUnexpected) {
  const CliResult result = run_scenario(serving("exits"));
  EXPECT_EQ(result.code, 1) << result.err;
  EXPECT_EQ(kinds_found(), "unexpected_exit ");
}

TEST_F(ExternalTargetTest, BeyondLoopbackNeedsTheUsersWord) {
  const std::string file = scenario_with(R"(["true", "${PORT}"])", R"(, "endpoint": "http://192.0.2.1:${PORT}/")");
  const CliResult refused = run_scenario(file);
  EXPECT_EQ(refused.code, 2) << refused.out;
  EXPECT_NE(refused.err.find("external.json:3: /target/endpoint: storms connect to loopback addresses only, not to "
                             "\"192.0.2.1\"; `--allow-remote 192.0.2.1` allows it"),
            std::string::npos)
      << refused.err;
  EXPECT_TRUE(nothing_started());
  EXPECT_EQ(run_cli({"validate", file, "--allow-remote", "192.0.2.2"}).code, 2);
  EXPECT_EQ(run_cli({"validate", file, "--allow-remote", "192.0.2.1"}).code, 0);
}

// Nothing is sent there: a server with one address to come from has too few ports for the plan.
TEST_F(ExternalTargetTest, BeyondLoopbackHasThePortsOfOneSourceAddress) {
  const std::string file = scenario_with(R"(["true", "${PORT}"])", R"(, "endpoint": "http://192.0.2.1:${PORT}/")");
  const CliResult result = run_scenario(file, {"--allow-remote", "192.0.2.1", "--set", "load.connections=200000"});
  EXPECT_EQ(result.code, 3) << result.out;
  EXPECT_NE(result.err.find("the storm needs 200000 ports at once, there are "), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("(one source address)"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace heapstorm::cli
