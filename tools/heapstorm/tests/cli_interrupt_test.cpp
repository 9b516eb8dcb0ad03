// Ctrl-C: exit 130, the report written, no process left behind.
#include "tools/heapstorm/testing/cli_process.h"

namespace heapstorm::cli {
namespace {

using Interrupted = CliTest;

TEST_F(Interrupted, RunLeavesAReportAndNoProcess) {
  const CliResult result =
      interrupt_scenario(scenario("date_header/per_request"), {"--set", "load.connections=300000"});
  EXPECT_EQ(result.code, 130) << result.err;
  const nlohmann::json run = run_json();
  ASSERT_TRUE(run.is_object());
  EXPECT_EQ(run["end_reason"], "interrupted");
  EXPECT_FALSE(is_running(run["target"]["pid"]));
}

TEST_F(Interrupted, StartLeavesAReportToo) {
  const CliResult result = interrupt_scenario(scenario("date_header/static_cache.minimal"),
                                              {"--plugin-dir", HEAPSTORM_TEST_TARGETS, "--set",
                                               "target.plugin=never_listens", "--set", "target.variant=sleeps"});
  EXPECT_EQ(result.code, 130) << result.err;
  EXPECT_EQ(run_json()["end_reason"], "interrupted");
}

}  // namespace
}  // namespace heapstorm::cli
