// `heapstorm matrix` with real targets; the flavour plain alone, which every build has.
#include <filesystem>
#include <fstream>

#include "tools/heapstorm/testing/cli_process.h"

namespace heapstorm::cli {
namespace {

class MatrixCommand : public CliTest {
 protected:
  std::vector<std::string> command(const std::string& attempts) const {
    return {"matrix",
            scenario("date_header/static_cache.minimal"),
            scenario("date_header/per_request.minimal"),
            "--detectors",
            "owner_heap,glibc,mimalloc",
            "--attempts",
            attempts,
            "--out",
            path("matrix"),
            "--report",
            "html",
            "--json"};
  }
  std::size_t lines_of_log() const {
    std::ifstream file(path("matrix/attempts.jsonl"));
    std::size_t lines = 0;
    for (std::string line; std::getline(file, line);) ++lines;
    return lines;
  }
};

TEST_F(MatrixCommand, ShowsThatOnlyTheOwnerHeapCatchesAForeignFree) {
  const CliResult run = run_cli(command("2"));
  ASSERT_EQ(run.code, 0) << run.err;
  const auto matrix = nlohmann::json::parse(run.out);
  const auto& buggy = matrix["variants"][0];
  EXPECT_EQ(buggy["cells"][0]["hits"], 2);
  EXPECT_EQ(buggy["cells"][0]["kinds"], std::vector<std::string>{"foreign_free"});
  EXPECT_EQ(buggy["cells"][1]["hits"], 0);
  EXPECT_EQ(buggy["cells"][2]["hits"], 0);
  for (const auto& cell : matrix["variants"][1]["cells"]) EXPECT_EQ(cell["hits"], 0) << cell;
  for (const char* file :
       {"matrix.json", "matrix.md", "matrix.html", "hits/date_header_static_cache-owner_heap/black_box.bin"}) {
    EXPECT_TRUE(std::filesystem::exists(path(std::string("matrix/") + file))) << file;
  }
}

TEST_F(MatrixCommand, GoesOnWhereAnEarlierOneEnded) {
  ASSERT_EQ(run_cli(command("1")).code, 0);
  EXPECT_EQ(lines_of_log(), 1u + 6);
  const CliResult more = run_cli(command("2"));
  ASSERT_EQ(more.code, 0) << more.err;
  EXPECT_EQ(lines_of_log(), 1u + 12);
  EXPECT_NE(more.err.find("6 of 12 attempts"), std::string::npos) << more.err;
  EXPECT_EQ(more.err.find("0 of 12 attempts:"), std::string::npos) << more.err;
  const CliResult again = run_cli(command("2"));
  EXPECT_EQ(again.err, "");
  EXPECT_EQ(again.out, more.out);
}

TEST_F(MatrixCommand, FailsWhenNobodyCatchesABuggyVariant) {
  const CliResult run = run_cli({"matrix", scenario("date_header/static_cache.minimal"), "--detectors", "glibc",
                                 "--attempts", "1", "--out", path("blind")});
  EXPECT_EQ(run.code, 1) << run.err;
  EXPECT_NE(run.out.find("date_header/static_cache is buggy, and nobody caught it"), std::string::npos) << run.out;
}

TEST_F(MatrixCommand, RefusesADetectorWhoseFlavourThePluginHasNot) {
  const std::string flavours = run_cli({"list", "flavours"}).out;
  if (flavours.find("asan") == std::string::npos) GTEST_SKIP() << "the flavour asan is not built";
  const std::filesystem::path build = std::filesystem::path(HEAPSTORM_CLI).parent_path().parent_path();
  std::filesystem::create_directory(path("plugins"));
  std::filesystem::copy(build / "lib/heapstorm/plain/targets/date_header.so", path("plugins"));
  const CliResult run =
      run_cli({"matrix", scenario("date_header/static_cache.minimal"), "--detectors", "owner_heap,asan", "--attempts",
               "1", "--plugin-dir", path("plugins"), "--out", path("m")});
  EXPECT_EQ(run.code, 2) << run.out;
  EXPECT_NE(run.err.find("/plugins/date_header.so is built as plain and cannot run as asan: build it as asan too"),
            std::string::npos)
      << run.err;
  EXPECT_NE(run.err.find("\nheapstorm: Detector asan needs it"), std::string::npos) << run.err;
  EXPECT_FALSE(std::filesystem::exists(path("m")));
}

TEST_F(MatrixCommand, RefusesWhatItCannotDo) {
  EXPECT_EQ(run_cli({"matrix", "--detectors", "eyes"}).code, 2);
  EXPECT_EQ(run_cli({"matrix", "--attempts", "0"}).code, 2);
  const CliResult missing = run_cli({"matrix", "--scenario-dir", path("nowhere"), "--out", path("m")});
  EXPECT_EQ(missing.code, 2);
  EXPECT_NE(missing.err.find("--scenario-dir"), std::string::npos) << missing.err;
  EXPECT_EQ(run_cli({"matrix", scenario("external/nginx_http"), "--out", path("m")}).code, 2);
}

}  // namespace
}  // namespace heapstorm::cli
