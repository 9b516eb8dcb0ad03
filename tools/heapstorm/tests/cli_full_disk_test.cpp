// A disk that is full, at the start or on the way: what was found is said all the same, and nothing is half written.
//
// A file's temporary name that leads to /dev/full fails as a full disk does, for that file alone. A whole full disk is
// a small file system in a mount namespace of its own, where this user may make one.
#include <filesystem>
#include <fstream>

#include "tools/heapstorm/testing/cli_process.h"

namespace heapstorm::cli {
namespace {

namespace fs = std::filesystem;

const std::string minimal = scenario("date_header/static_cache.minimal");

class FullDisk : public CliTest {
 protected:
  // The run directory of an earlier run, in which there is no room for this file.
  void no_room_for(const std::string& file) const {
    fs::create_directories(path("run"));
    write("run/run.json", "{}");
    fs::create_symlink("/dev/full", path("run/" + file + ".part"));
  }
  std::string no_space(const std::string& file) const {
    return "cannot write " + path(file) + ": No space left on device";
  }
  bool exists(const std::string& file) const {
    return fs::exists(path("run/" + file)) || fs::is_symlink(path("run/" + file + ".part"));
  }
  // Runs `heapstorm ARGUMENTS` where the folder `disk` is a file system of these options; `then` runs afterwards.
  CliResult on_disk(const std::string& options, const std::string& arguments, const std::string& then = "true") const {
    fs::create_directories(path("disk"));
    const std::string script = "mount -t tmpfs -o " + options + " none " + path("disk") + " || exit 77; " +
                               HEAPSTORM_CLI + " " + arguments + "; code=$?; " + then + "; exit $code";
    return run_program({"unshare", "--map-root-user", "--mount", "sh", "-c", script});
  }
  bool can_mount() const { return on_disk("size=4k", "--version").code == 0; }
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_F(FullDisk, LeavesOutTheBlackBoxAndSaysSo) {
  no_room_for("black_box.bin");
  const CliResult run = run_scenario(minimal, {"--report", "html,trace"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_TRUE(has(run.out, "found     foreign_free of date_header")) << run.out;
  EXPECT_TRUE(has(run.err, "there was no room for black_box.bin")) << run.err;
  EXPECT_EQ(run_json()["findings"].size(), 1u);
  EXPECT_EQ(run_json()["notes"][0], "black_box.bin was left out: " + no_space("run/black_box.bin"));
  EXPECT_FALSE(exists("black_box.bin"));
  EXPECT_TRUE(exists("report.html") && exists("trace.json") && exists("plan.jsonl.zst"));
  const CliResult report = run_cli({"report", path("run")});
  EXPECT_EQ(report.code, 0) << report.err;
  EXPECT_TRUE(has(report.out, "note      black_box.bin was left out")) << report.out;
}

TEST_F(FullDisk, LeavesOutThePlan) {
  no_room_for("plan.jsonl.zst");
  const CliResult run = run_scenario(minimal);
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run_json()["notes"][0], "plan.jsonl.zst was left out: " + no_space("run/plan.jsonl.zst"));
  EXPECT_TRUE(run_json()["plan_hash"].is_string());
  EXPECT_FALSE(exists("plan.jsonl.zst"));
  EXPECT_TRUE(exists("black_box.bin"));
}

TEST_F(FullDisk, TakesTheRoomOfTheBlackBoxForWhatWasFound) {
  no_room_for("run.json");  // at the first try only: what leads to /dev/full is removed with it
  const CliResult run = run_scenario(minimal);
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run_json()["findings"].size(), 1u);
  EXPECT_EQ(run_json()["notes"][0], "black_box.bin was left out: run.json needed its room");
  EXPECT_FALSE(exists("black_box.bin"));
  EXPECT_TRUE(exists("plan.jsonl.zst"));
}

TEST_F(FullDisk, ShowsWhatWasFoundWhereRunJsonCannotBeWritten) {
  fs::create_directories(path("run/run.json.part"));
  write("run/run.json", "{}");
  const CliResult run = run_scenario(minimal);
  EXPECT_EQ(run.code, 3) << run.err;
  EXPECT_TRUE(has(run.out, "found     foreign_free of date_header")) << run.out;
  EXPECT_FALSE(has(run.out, "run.json")) << run.out;
  EXPECT_TRUE(has(run.err, "cannot write " + path("run/run.json") + ": Is a directory")) << run.err;
  EXPECT_FALSE(fs::exists(path("run/run.json")));
  EXPECT_TRUE(exists("black_box.bin"));
}

TEST_F(FullDisk, NamesTheReportThatIsMissing) {
  no_room_for("report.html");
  const CliResult run = run_scenario(minimal, {"--report", "html,junit"});
  EXPECT_EQ(run.code, 3) << run.err;
  EXPECT_TRUE(has(run.out, "found     foreign_free of date_header")) << run.out;
  EXPECT_TRUE(has(run.err, no_space("run/report.html"))) << run.err;
  EXPECT_FALSE(exists("report.html"));
  EXPECT_TRUE(exists("junit.xml"));
  EXPECT_EQ(run_json()["findings"].size(), 1u);
}

TEST_F(FullDisk, NamesEveryReportThatIsMissing) {
  no_room_for("report.html");
  fs::create_symlink("/dev/full", path("run/report.sarif.part"));
  const CliResult run = run_scenario(minimal, {"--report", "html,sarif,junit"});
  EXPECT_EQ(run.code, 3) << run.err;
  EXPECT_TRUE(has(run.err, no_space("run/report.html") + "; " + no_space("run/report.sarif") + "\n")) << run.err;
  EXPECT_TRUE(exists("junit.xml"));
  fs::create_symlink("/dev/full", path("comparison.html.part"));
  const CliResult comparison =
      run_cli({"compare", path("run"), path("run"), "--report", "html,junit", "--out", path("")});
  EXPECT_EQ(comparison.code, 3);
  EXPECT_TRUE(has(comparison.err, "comparison.html: No space left on device")) << comparison.err;
  EXPECT_TRUE(fs::exists(path("junit.xml")));
}

TEST_F(FullDisk, IsNamedByTheOtherCommandsAfterTheirResult) {
  ASSERT_EQ(run_scenario(minimal).code, 0);
  for (const char* file : {"run/report.html", "comparison.html", "history.html"}) {
    fs::create_symlink("/dev/full", path(std::string(file) + ".part"));
  }
  const CliResult report = run_cli({"report", path("run"), "--format", "html"});
  EXPECT_EQ(report.code, 3);
  EXPECT_EQ(report.err, "heapstorm: " + no_space("run/report.html") + "\n");
  const CliResult comparison = run_cli({"compare", path("run"), path("run"), "--report", "html", "--out", path("")});
  EXPECT_EQ(comparison.code, 3);
  EXPECT_TRUE(has(comparison.out, "foreign_free")) << comparison.out;
  EXPECT_TRUE(has(comparison.err, "comparison.html: No space left on device")) << comparison.err;
  ASSERT_EQ(run_cli({"history", "add", path("run"), "--database", path("history.db")}).code, 0);
  const CliResult history =
      run_cli({"history", "show", "--database", path("history.db"), "--report", "html", "--out", path("history.html")});
  EXPECT_EQ(history.code, 3);
  EXPECT_TRUE(has(history.err, no_space("history.html"))) << history.err;
  for (const char* file : {"run/report.html", "comparison.html", "history.html"}) {
    EXPECT_FALSE(fs::exists(path(file))) << file;
    EXPECT_FALSE(fs::is_symlink(path(std::string(file) + ".part"))) << file;
  }
}

TEST_F(FullDisk, IsNamedByTheMatrixAfterItsTable) {
  fs::create_directories(path("matrix"));
  fs::create_symlink("/dev/full", path("matrix/matrix.json.part"));
  const CliResult matrix =
      run_cli({"matrix", minimal, "--detectors", "owner_heap", "--attempts", "1", "--out", path("matrix")});
  EXPECT_EQ(matrix.code, 3);
  EXPECT_TRUE(has(matrix.out, "| date_header/static_cache | **1/1** foreign_free |")) << matrix.out;
  EXPECT_TRUE(has(matrix.err, no_space("matrix/matrix.json"))) << matrix.err;
}

TEST_F(FullDisk, BehindStandardOutputIsNoSuccess) {
  for (const std::string& arguments :
       std::vector<std::string>{"list faults", "--version", "run " + minimal + " --out " + path("run")}) {
    const CliResult result = run_program({"sh", "-c", std::string(HEAPSTORM_CLI) + " " + arguments + " >/dev/full"});
    EXPECT_EQ(result.code, 3) << arguments;
    EXPECT_EQ(result.err, "heapstorm: not all of the output could be written\n");
  }
}

TEST_F(FullDisk, OfSixtyFourKilobytesTakesWhatWasFound) {
  if (!can_mount()) GTEST_SKIP() << "this user cannot mount a file system of its own";
  fs::create_directories(path("run"));
  const CliResult run = on_disk("size=64k", "run " + minimal + " --out " + path("disk"),
                                "cp " + path("disk/run.json") + " " + path("run"));
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_TRUE(has(run.out, "found     foreign_free of date_header")) << run.out;
  EXPECT_EQ(run_json()["findings"].size(), 1u);
  const std::string notes = run_json()["notes"].dump();
  EXPECT_TRUE(has(notes, "black_box.bin was left out: cannot write ")) << notes;
  // How much room whole stacks take is the compiler's business.
  const bool is_cut = has(notes, "of each stack run.json has 8 frames at most");
  const std::size_t frames = run_json()["findings"][0]["owner"]["stack"].size();
  EXPECT_TRUE(is_cut ? frames == 8 : frames > 8) << notes << frames;
}

TEST_F(FullDisk, AtTheStartStartsNothing) {
  if (!can_mount()) GTEST_SKIP() << "this user cannot mount a file system of its own";
  const CliResult full = on_disk("size=4k", "run " + minimal + " --out " + path("disk"), "ls " + path("disk"));
  EXPECT_EQ(full.code, 3) << full.out;
  EXPECT_TRUE(has(full.err, "cannot write into " + path("disk") + ": No space left on device")) << full.err;
  EXPECT_EQ(full.out, "");
  const CliResult closed = on_disk("ro", "run " + minimal + " --out " + path("disk"), "ls " + path("disk"));
  EXPECT_EQ(closed.code, 3) << closed.out;
  EXPECT_TRUE(has(closed.err, "cannot write into " + path("disk") + ": Read-only file system")) << closed.err;
  EXPECT_EQ(closed.out, "");
}

TEST_F(FullDisk, LeavesAHistoryAsItWas) {
  if (!can_mount()) GTEST_SKIP() << "this user cannot mount a file system of its own";
  ASSERT_EQ(run_scenario(minimal).code, 0);
  const std::string database = " --database " + path("disk/history.db");
  const CliResult added = on_disk("size=8k", "history add " + path("run") + database,
                                  std::string(HEAPSTORM_CLI) + " history show" + database);
  EXPECT_EQ(added.code, 3) << added.out;
  EXPECT_TRUE(has(added.err, "history.db: database or disk is full")) << added.err;
  EXPECT_TRUE(has(added.out, "0 runs of 0 scenarios")) << added.out << added.err;
}

}  // namespace
}  // namespace heapstorm::cli
