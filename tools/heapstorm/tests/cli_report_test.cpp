// `heapstorm report` of targets that are dead, and of what is no run directory.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/files/text_file.h"
#include "reports/formats/format_names.h"
#include "reports/formats/run_reports.h"
#include "tools/heapstorm/testing/cli_process.h"

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
  const CliResult report = run_cli({"report", path("run"), "--format", "pdf"});
  EXPECT_EQ(report.code, 2);
  EXPECT_NE(report.err.find("--format pdf: there is no such report; there is:"), std::string::npos) << report.err;
  const CliResult run = run_scenario(minimal, {"--report", "junit,pdf"});
  EXPECT_EQ(run.code, 2);
  EXPECT_NE(run.err.find("--report pdf: there is no such report"), std::string::npos) << run.err;
  EXPECT_TRUE(nothing_started());
}

TEST_F(ReportCommand, WritesTheTextIntoAFileIfItIsTold) {
  run_minimal();
  const std::string text = run_cli({"report", path("run")}).out;
  const CliResult filed = run_cli({"report", path("run"), "--out", path("report.txt")});
  EXPECT_EQ(filed.code, 0) << filed.err;
  EXPECT_EQ(filed.out, path("report.txt") + "\n");
  EXPECT_EQ(read_text(path("report.txt"), 1 << 20), text);
  EXPECT_EQ(run_cli({"report", path("run"), "--out", "-"}).out, text);
}

TEST_F(ReportCommand, WritesTheSameFilesAsTheRunItself) {
  run_minimal({"--report", names_of_formats(filed_run_reports(), ",")});
  for (const auto& [format, file, report] : filed_run_reports()) {
    const std::string written_by_run = read_text(path(std::string("run/") + file), 1 << 20);
    EXPECT_NE(written_by_run.find("date_header"), std::string::npos) << file;
    std::filesystem::remove(path(std::string("run/") + file));
    const CliResult later = run_cli({"report", path("run"), "--format", format});
    EXPECT_EQ(later.code, 0) << later.err;
    EXPECT_EQ(later.out, path(std::string("run/") + file) + "\n");
    EXPECT_EQ(read_text(path(std::string("run/") + file), 1 << 20), written_by_run);
    EXPECT_EQ(run_cli({"report", path("run"), "--format", format, "--out", "-"}).out, written_by_run);
  }
}

TEST_F(ReportCommand, ShowsWhatEachThreadDidWhereThereIsABlackBox) {
  run_minimal({"--report", "html,trace"});
  EXPECT_NE(read_text(path("run/trace.json"), 1 << 20).find("\"thread_name\""), std::string::npos);
  EXPECT_NE(read_text(path("run/report.html"), 8 << 20).find("\"zero\":\"the first finding\""), std::string::npos);
}

TEST_F(ReportCommand, LeavesNoReportOfAnEarlierRun) {
  run_minimal({"--report", "junit,sarif"});
  run_minimal();
  EXPECT_TRUE(std::filesystem::exists(path("run/run.json")));
  EXPECT_FALSE(std::filesystem::exists(path("run/junit.xml")));
  EXPECT_FALSE(std::filesystem::exists(path("run/report.sarif")));
}

}  // namespace
}  // namespace heapstorm::cli
