// Faults of the clients, from the scenario to run.json.
#include "tools/heapstorm/testing/cli_process.h"

namespace heapstorm::cli {
namespace {

using Faults = CliTest;

const std::string flaw = HEAPSTORM_TREE "/tools/heapstorm/testdata/mid_frame_flaw.json";
const std::string survivor = scenario("date_header/thread_local_cache");

std::vector<std::string> with_flaw(const std::vector<std::string>& sets) {
  std::vector<std::string> arguments{"--plugin-dir", HEAPSTORM_TEST_TARGETS};
  for (const std::string& set : sets) arguments.insert(arguments.end(), {"--set", set});
  return arguments;
}

const std::string session_of_all_faults =
    R"(load.session=[{"open":{}},{"send":{"text":"y\n"}},{"misbehave":{"none":5,
    "slow_write":{"weight":1,"every_ms":1},"slow_read":1,"garbage_first":1,"oversized_header":1,"truncated_header":1,
    "wrong_version":1,"wrong_key":1,"unmasked_frame":1,"reserved_bits":1,"bad_opcode":1,"oversized_length":1,
    "fragmented_control":1,"invalid_utf8":1,"continuation_without_start":1,"ping_flood":1}},
    {"leave":{"close_frame":1,"fin":1,"rst":1,"rst_unread":1,"half_close":1,"mid_handshake":1,"mid_frame":1,
    "silent":{"weight":1,"for_ms":50},"process_kill":1}}])";

TEST_F(Faults, AServerThatMishandlesAFrameCutOffIsCaught) {
  const CliResult result = run_scenario(flaw, with_flaw({}));
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  const nlohmann::json run = run_json();
  EXPECT_GT(run["faults"]["mid_frame"]["injected"], 10);
  ASSERT_FALSE(run["findings"].empty());
  EXPECT_EQ(run["findings"][0]["kind"], "foreign_free");
  EXPECT_EQ(run["findings"][0]["block"]["tag"], "frame_payload");
}

TEST_F(Faults, TheSameServerIsCleanWhereNobodyLeavesMidFrame) {
  const CliResult result =
      run_scenario(flaw, with_flaw({"load.session.2.leave.mid_frame=0", R"(expect={"clean":true})"}));
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  EXPECT_FALSE(run_json()["faults"].contains("mid_frame"));
}

TEST_F(Faults, ItsSoundTwinIsCleanUnderTheSameStorm) {
  const CliResult result = run_scenario(flaw, with_flaw({"target.variant=sound", R"(expect={"clean":true})"}));
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  EXPECT_GT(run_json()["faults"]["mid_frame"]["injected"], 10);
}

TEST_F(Faults, TwoRunsOfOneSeedInjectTheSameFaults) {
  const std::vector<std::string> arguments{
      "--seed", "5", "--set", "load.connections=150", "--set", session_of_all_faults};
  std::vector<nlohmann::json> runs;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const CliResult result = run_scenario(survivor, arguments);
    ASSERT_EQ(result.code, 0) << result.out << result.err;
    runs.push_back(run_json());
  }
  EXPECT_EQ(runs[0]["plan_hash"], runs[1]["plan_hash"]);
  for (nlohmann::json& run : runs) {
    run["faults"].erase("clock_tick");  // by wall time
    EXPECT_GT(run["faults"].size(), 20U);
    for (auto& [kind, count] : run["faults"].items()) {
      EXPECT_EQ(count["planned"], count["injected"]) << kind;
      count.erase("answers");  // the server's, whose timing is its own
      count.erase("observed");
    }
  }
  EXPECT_EQ(runs[0]["faults"], runs[1]["faults"]);
}

TEST_F(Faults, TheListHasEachWithItsNumbersAndWhatItDoesOnTheWire) {
  const CliResult result = run_cli({"list", "faults", "--json"});
  ASSERT_EQ(result.code, 0) << result.err;
  std::size_t with_wire = 0;
  bool seen = false;
  for (const auto& fault : nlohmann::json::parse(result.out)) {
    with_wire += fault.contains("wire") ? 1 : 0;
    if (fault["name"] != "mid_frame") continue;
    seen = true;
    EXPECT_EQ(fault["step"], "leave");
    EXPECT_EQ(fault["protocols"], nlohmann::json::array({"websocket"}));
    EXPECT_EQ(fault["parameters"][0]["name"], "after_bytes");
    EXPECT_EQ(fault["parameters"][0]["default"], "1..69");
  }
  EXPECT_TRUE(seen);
  EXPECT_EQ(with_wire, 24U);
}

}  // namespace
}  // namespace heapstorm::cli
