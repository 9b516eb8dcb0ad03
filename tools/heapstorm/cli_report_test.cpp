// `heapstorm report` of targets that are dead, and of what is no run directory.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tools/heapstorm/testdata/cli_process.h"

namespace heapstorm::cli {
namespace {

const std::string minimal = scenario("date_header/static_cache.minimal");

class ReportCommand : public CliTest {
 protected:
  void run_minimal(const std::vector<std::string>& more = {}) {
    const CliResult run = run_scenario(minimal, more);
    ASSERT_EQ(run.code, 0) << run.err;
  }
  void expect_refused(const std::string& named) {
    const CliResult report = run_cli({"report", path("run")});
    EXPECT_EQ(report.code, 2) << report.err;
    EXPECT_EQ(report.out, "");
    EXPECT_NE(report.err.find(path("run/") + named), std::string::npos) << report.err;
  }
};

// Whether a line of the text has all these words, in this order.
bool has_line(const std::string& text, const std::vector<std::string>& words) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::size_t at = 0;
    bool all = true;
    for (const std::string& word : words) {
      at = line.find(word, at);
      if (at == std::string::npos) all = false;
      if (!all) break;
      at += word.size();
    }
    if (all) return true;
  }
  return false;
}

// The kill may fall between the release of the old string and the creation of the new one, when no block is live.
constexpr int kills_at_most = 12;

TEST_F(ReportCommand, ShowsLiveBlocksAndEventsOfAKilledTarget) {
  bool saw_live_block = false;
  for (int i = 0; i < kills_at_most && !saw_live_block; ++i) {
    run_minimal(
        {"--set", R"(faults=[{"clock_tick":{"every_opens":1}},{"signal":{"name":"SIGKILL","after_findings":1}}])"});
    ASSERT_EQ(run_json()["target"]["exit"]["signal"], 9);
    const CliResult report = run_cli({"report", path("run")});
    EXPECT_EQ(report.code, 0) << report.err;
    EXPECT_EQ(report.err, "");
    EXPECT_TRUE(has_line(report.out, {"found", "foreign_free of date_header"})) << report.out;
    EXPECT_TRUE(has_line(report.out, {"events", "around the first finding"})) << report.out;
    EXPECT_TRUE(has_line(report.out, {"-", "worker-", "action", "1", "handshake"})) << report.out;
    EXPECT_TRUE(has_line(report.out, {"-", "worker-", "action", "2", "handshake"})) << report.out;
    saw_live_block =
        has_line(report.out, {"live", "by tag and owner"}) && has_line(report.out, {"1 ", "date_header", "worker-"});
  }
  EXPECT_TRUE(saw_live_block);
}

TEST_F(ReportCommand, ShowsATargetThatStoppedInOrder) {
  run_minimal();
  const CliResult report = run_cli({"report", path("run"), "--format", "text"});
  EXPECT_EQ(report.code, 0) << report.err;
  EXPECT_TRUE(report.out.starts_with("PASS")) << report.out;
  EXPECT_TRUE(has_line(report.out, {"worker-0", "thread starts"})) << report.out;
}

TEST_F(ReportCommand, NamesTheFileThatIsMissing) {
  expect_refused("run.json");
  run_minimal();
  std::filesystem::remove(path("run/black_box.bin"));
  expect_refused("black_box.bin");
}

TEST_F(ReportCommand, NamesTheFileThatIsDamaged) {
  run_minimal();
  std::filesystem::resize_file(path("run/black_box.bin"), 40);
  expect_refused("black_box.bin");
  std::ofstream(path("run/black_box.bin")) << std::string(8192, 'x');
  expect_refused("black_box.bin");
  std::filesystem::resize_file(path("run/run.json"), 1000);
  expect_refused("run.json");
  std::ofstream(path("run/run.json")) << "{}";
  expect_refused("run.json");
}

TEST_F(ReportCommand, SaysThatFindingsOfACutOffBoxAreMissing) {
  run_minimal();
  std::filesystem::resize_file(path("run/black_box.bin"), 12288);
  const CliResult report = run_cli({"report", path("run")});
  EXPECT_EQ(report.code, 0) << report.err;
  EXPECT_TRUE(has_line(report.out, {"note", "of 1 counted findings only 0 are in the black box"})) << report.out;
}

TEST_F(ReportCommand, RefusesAFormatThatThereIsNot) {
  const CliResult report = run_cli({"report", path("run"), "--format", "html"});
  EXPECT_EQ(report.code, 2);
  EXPECT_NE(report.err.find("--format html: there is no such report; there is: text"), std::string::npos) << report.err;
}

}  // namespace
}  // namespace heapstorm::cli
