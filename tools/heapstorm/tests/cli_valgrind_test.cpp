// `heapstorm run --valgrind`: the target, of whichever kind, runs under the tool.
#include <filesystem>

#include "tools/heapstorm/testing/cli_process.h"

namespace heapstorm::cli {
namespace {

class ValgrindRun : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    if (run_program({"/bin/sh", "-c", "command -v valgrind"}).code != 0) GTEST_SKIP() << "valgrind is not installed";
  }
  // Logs that the tool has written.
  std::size_t logs() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(path("run"))) {
      const std::string name = entry.path().filename().string();
      count += name.starts_with("valgrind.") && name.ends_with(".xml") ? 1 : 0;
    }
    return count;
  }
};

TEST_F(ValgrindRun, WatchesACommand) {
  const std::string ends_at_once = write("ends_at_once.json", R"({
  "name": "external/ends_at_once",
  "target": { "command": ["/bin/true", "${PORT}"], "endpoint": "tcp://127.0.0.1:${PORT}" },
  "load": { "protocol": "tcp", "connections": 1, "session": [ {"open": {}}, {"leave": {"fin": 1}} ] },
  "limits": { "start_s": 60 },
  "expect": { "clean": true }
})");
  EXPECT_EQ(run_scenario(ends_at_once, {"--valgrind", "memcheck"}).code, 3);
  EXPECT_EQ(logs(), 1u);
  EXPECT_EQ(run_scenario(ends_at_once).code, 3);
  EXPECT_EQ(logs(), 0u);
}

TEST_F(ValgrindRun, WatchesTargetHost) {
  const CliResult run = run_scenario(scenario("date_header/thread_local_cache.minimal"), {"--valgrind", "memcheck"});
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  EXPECT_EQ(logs(), 1u);
}

}  // namespace
}  // namespace heapstorm::cli
