// Targets that misbehave as a whole: a result within the deadline, and no process left behind.
#include <chrono>

#include "tools/heapstorm/testing/cli_process.h"

namespace heapstorm::cli {
namespace {

const std::string minimal = scenario("date_header/static_cache.minimal");

std::vector<std::string> with_target(const std::string& plugin, const std::string& variant) {
  return {
      "--plugin-dir", HEAPSTORM_TEST_TARGETS, "--set", "target.plugin=" + plugin, "--set", "target.variant=" + variant,
      "--set",        "limits.stop_s=1",      "--set", "limits.time_s=2"};
}

using BadTarget = CliTest;

TEST_F(BadTarget, ThatNeverListensIsAnErrorOfTheEnvironment) {
  std::vector<std::string> arguments = with_target("never_listens", "sleeps");
  arguments.insert(arguments.end(), {"--set", "limits.start_s=1"});
  const CliResult result = run_scenario(minimal, arguments);
  EXPECT_EQ(result.code, 3) << result.err;
  EXPECT_NE(result.err.find("did not listen within 1 s"), std::string::npos) << result.err;
  const nlohmann::json run = run_json();
  EXPECT_EQ(run["end_reason"], "never_listened");
  EXPECT_FALSE(is_running(run["target"]["pid"]));
}

TEST_F(BadTarget, ThatDiesAtStartIsNamedWithItsCodeAndLastWords) {
  const CliResult result = run_scenario(minimal, with_target("dies_at_start", "exits"));
  EXPECT_EQ(result.code, 3) << result.err;
  EXPECT_NE(result.err.find("exit code 7"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("no database here"), std::string::npos) << result.err;
  EXPECT_EQ(run_json()["end_reason"], "died_at_start");
}

TEST_F(BadTarget, ThatAbortsAtStartIsNamedWithItsSignal) {
  const CliResult result = run_scenario(minimal, with_target("dies_at_start", "aborts"));
  EXPECT_EQ(result.code, 3) << result.err;
  EXPECT_NE(result.err.find("signal 6"), std::string::npos) << result.err;
}

TEST_F(BadTarget, ThatIgnoresSigtermIsKilledAndAFinding) {
  const CliResult result = run_scenario(minimal, with_target("ignores_sigterm", "stays"));
  EXPECT_EQ(result.code, 1) << result.err;
  const nlohmann::json run = run_json();
  EXPECT_EQ(run["end_reason"], "target_hung");
  EXPECT_EQ(run["target"]["exit"]["signal"], 9);
  bool hang = false;
  for (const auto& finding : run["findings"]) hang |= finding["kind"] == "hang";
  EXPECT_TRUE(hang) << run.dump(1);
  EXPECT_FALSE(is_running(run["target"]["pid"]));
}

}  // namespace
}  // namespace heapstorm::cli
