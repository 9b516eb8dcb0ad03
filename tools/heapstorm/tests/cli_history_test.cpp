// `heapstorm history` over a run that really happened, and copies of it with other seeds and times.
#include <filesystem>
#include <memory>

#include "harness/files/text_file.h"
#include "harness/process/process.h"
#include "tools/heapstorm/testing/cli_process.h"

namespace heapstorm::cli {
namespace {

class HistoryCommand : public CliTest {
 protected:
  // `runs` run directories below `folder`, a minute apart on this day.
  void make_campaign(const std::string& folder, const std::string& day, int runs) const {
    for (int i = 0; i < runs; ++i) {
      nlohmann::json run = run_json();
      run["seed"] = i;
      run["started_at"] = day + "T03:0" + std::to_string(i) + ":00.000Z";
      std::filesystem::create_directories(path(folder + "/" + std::to_string(i)));
      write(folder + "/" + std::to_string(i) + "/run.json", run.dump());
    }
  }
  void make_run() const {
    const CliResult run = run_scenario(scenario("date_header/static_cache.minimal"));
    ASSERT_EQ(run.code, 0) << run.err;
  }
  CliResult history(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "history");
    arguments.insert(arguments.end(), {"--database", path("history.db")});
    return run_cli(arguments);
  }
};

TEST_F(HistoryCommand, ShowsFirstAndLastSightingAndRatesOfTwoNights) {
  make_run();
  make_campaign("monday", "2026-01-05", 5);
  make_campaign("tuesday", "2026-01-06", 4);
  const CliResult added = history({"add", path("tuesday"), path("monday")});
  EXPECT_EQ(added.code, 0) << added.err;
  EXPECT_EQ(added.out, "added 9 runs to " + path("history.db") + "\n");
  const CliResult shown = history({"show"});
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_NE(shown.out.find("first 2026-01-05 03:00  date_header/static_cache.minimal (plain), seed 0"),
            std::string::npos)
      << shown.out;
  EXPECT_NE(shown.out.find("last  2026-01-06 03:03"), std::string::npos) << shown.out;
  EXPECT_NE(shown.out.find("2026-01-05 03:00  found something in 5 of 5 (57 to 100 %)"), std::string::npos);
  const auto json = nlohmann::json::parse(history({"show", "--json"}).out);
  EXPECT_EQ(json["scenarios"][0]["points"][1]["any"]["attempts"], 4);
}

TEST_F(HistoryCommand, ChangesNothingWhenARunIsAddedAgain) {
  make_run();
  make_campaign("monday", "2026-01-05", 3);
  EXPECT_EQ(history({"add", path("monday")}).code, 0);
  const std::string before = history({"show", "--json"}).out;
  std::filesystem::rename(path("monday"), path("moved"));
  const CliResult again = history({"add", path("moved"), path("moved/1"), path("moved/2/run.json")});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(again.out, "added 0 runs to " + path("history.db") + "; 5 runs in it already, nothing changed\n");
  EXPECT_EQ(history({"show", "--json"}).out, before);
}

TEST_F(HistoryCommand, KnowsWhenARunStarted) {
  make_run();
  EXPECT_EQ(history({"add", path("run")}).code, 0);
  const auto json = nlohmann::json::parse(history({"show", "--json"}).out);
  EXPECT_EQ(json["scenarios"][0]["points"][0]["at"], run_json()["started_at"]);
}

TEST_F(HistoryCommand, AddsNothingIfOneRunIsDamaged) {
  make_run();
  make_campaign("monday", "2026-01-05", 3);
  std::filesystem::resize_file(path("monday/1/run.json"), 100);
  const CliResult refused = history({"add", path("run"), path("monday")});
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.err.find(path("monday/1/run.json") + ": is no report of a run"), std::string::npos) << refused.err;
  EXPECT_FALSE(std::filesystem::exists(path("history.db")));
}

TEST_F(HistoryCommand, LosesNothingWhenTwoProcessesAddAtOnce) {
  make_run();
  for (const char* day : {"2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08"}) make_campaign(day, day, 5);
  std::vector<std::unique_ptr<Process>> processes;
  for (const char* day : {"2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08"}) {
    auto process =
        Process::start({.command = {HEAPSTORM_CLI, "history", "add", path(day), "--database", path("history.db")},
                        .stdout_file = path(std::string(day) + ".out"),
                        .stderr_file = path(std::string(day) + ".err")});
    ASSERT_TRUE(process) << process.error().message;
    processes.push_back(std::move(process.value()));
  }
  for (const auto& process : processes) {
    const auto exit = process->wait_ms(60000);
    process->stop(1000);
    ASSERT_TRUE(exit && exit->code);
    EXPECT_EQ(*exit->code, 0);
  }
  const auto json = nlohmann::json::parse(history({"show", "--json"}).out);
  EXPECT_EQ(json["runs"], 20);
  EXPECT_EQ(json["scenarios"][0]["points"].size(), 4u);
}

TEST_F(HistoryCommand, WritesAPage) {
  make_run();
  EXPECT_EQ(history({"add", path("run")}).code, 0);
  const CliResult written = history({"show", "--report", "html", "--out", path("page.html")});
  EXPECT_EQ(written.code, 0) << written.err;
  EXPECT_EQ(written.out, path("page.html") + "\n");
  const std::string page = read_text(path("page.html"), 4 << 20);
  EXPECT_NE(page.find("date_header/static_cache.minimal"), std::string::npos);
  EXPECT_EQ(history({"show", "--report", "html", "--out", "-"}).out, page);
}

TEST_F(HistoryCommand, RefusesWhatItCannotUse) {
  EXPECT_EQ(run_cli({"history"}).code, 2);
  EXPECT_EQ(history({"add"}).code, 2);
  EXPECT_EQ(history({"show", "--out", path("page.html")}).code, 2) << "there is no page without --report";
  const CliResult format = history({"show", "--report", "pdf"});
  EXPECT_EQ(format.code, 2);
  EXPECT_NE(format.err.find("--report pdf: there is no such report of a history"), std::string::npos) << format.err;
  const CliResult missing = history({"show"});
  EXPECT_EQ(missing.code, 2);
  EXPECT_NE(missing.err.find(path("history.db") + ": cannot open"), std::string::npos) << missing.err;
  write("history.db",
        "a shopping list, and more of it than a header of SQLite has bytes: flour, eggs, milk, butter, salt");
  const CliResult other = history({"show"});
  EXPECT_EQ(other.code, 2);
  EXPECT_NE(other.err.find(path("history.db") + ": is no history of heapstorm"), std::string::npos) << other.err;
}

}  // namespace
}  // namespace heapstorm::cli
