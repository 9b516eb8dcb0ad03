// `heapstorm compare` over runs that really happened.
#include <cstdint>
#include <utility>
#include <vector>

#include "harness/base/prng.h"
#include "harness/files/text_file.h"
#include "reports/compare/comparison.h"
#include "reports/compare/comparison_reports.h"
#include "reports/json/read_run_json.h"
#include "tools/heapstorm/testing/cli_process.h"

namespace heapstorm::cli {
namespace {

class CompareCommand : public CliTest {
 protected:
  void run_into(const std::string& scenario_name, const std::string& folder, int seed = 7) const {
    const CliResult run =
        run_cli({"run", scenario(scenario_name), "--seed", std::to_string(seed), "--out", path(folder)});
    ASSERT_EQ(run.code, 0) << run.err;
  }
  RunResult read(const std::string& folder) const {
    const std::string file = path(folder + "/run.json");
    return read_run_json(read_text(file, 16u << 20), file).value();
  }
};

TEST_F(CompareCommand, FindsTheRegressionFromAFixedToABrokenBuild) {
  run_into("date_header/per_request.minimal", "fixed");
  run_into("date_header/static_cache.minimal", "broken");
  const CliResult worse = run_cli({"compare", path("fixed"), path("broken")});
  EXPECT_EQ(worse.code, 1) << worse.err;
  EXPECT_NE(worse.out.find("new       foreign_free of date_header"), std::string::npos) << worse.out;
  EXPECT_EQ(run_cli({"compare", path("broken"), path("fixed")}).code, 0);
  const CliResult same = run_cli({"compare", path("broken"), path("broken/run.json")});
  EXPECT_EQ(same.code, 0);
  EXPECT_NE(same.out.find("still     foreign_free"), std::string::npos) << same.out;
}

// Six runs of the bug, six of the fix: more than chance explains.
TEST_F(CompareCommand, CallsABugThatItsFixNoLongerHasFixed) {
  for (int seed = 1; seed <= 6; ++seed) {
    run_into("date_header/static_cache.minimal", "bug/" + std::to_string(seed), seed);
    run_into("date_header/per_request.minimal", "fix/" + std::to_string(seed), seed);
  }
  const CliResult mended =
      run_cli({"compare", path("bug"), path("fix"), "--report", "junit", "--out", path("reports")});
  EXPECT_EQ(mended.code, 0) << mended.out;
  EXPECT_TRUE(mended.out.starts_with("no regression\n")) << mended.out;
  EXPECT_NE(mended.out.find("fixed     foreign_free of date_header"), std::string::npos) << mended.out;
  const std::string junit = read_text(path("reports/junit.xml"), 1 << 20);
  EXPECT_NE(junit.find("failures=\"0\""), std::string::npos) << junit;
  EXPECT_NE(junit.find("fixed     foreign_free"), std::string::npos) << junit;
  const auto page = run_cli({"compare", path("bug"), path("fix"), "--json"});
  EXPECT_EQ(nlohmann::json::parse(page.out)["scenarios"][0]["findings"][0]["fixed"], true) << page.out;
  const CliResult back = run_cli({"compare", path("fix"), path("bug")});
  EXPECT_EQ(back.code, 1) << "any new finding counts where the scenarios differ";
  EXPECT_NE(back.out.find("new       foreign_free of date_header"), std::string::npos) << back.out;
}

TEST_F(CompareCommand, FindsNoRegressionBetweenTwoRunsOfOneBuild) {
  for (const char* folder : {"base/1", "base/2", "current/1", "current/2"}) {
    run_into("date_header/static_cache.minimal", folder);
  }
  const CliResult same = run_cli({"compare", path("base"), path("current"), "--json"});
  EXPECT_EQ(same.code, 0) << same.out;
  const auto comparison = nlohmann::json::parse(same.out);
  EXPECT_EQ(comparison["scenarios"][0]["current"]["attempts"], 2);
  EXPECT_EQ(comparison["scenarios"][0]["findings"][0]["change"], "unchanged");
}

// Deals the runs out to the two sides by the seed, three of each scenario to either.
std::pair<std::vector<RunResult>, std::vector<RunResult>> halves(const std::vector<std::vector<RunResult>>& scenarios,
                                                                 Prng& prng) {
  std::vector<RunResult> base, current;
  for (const std::vector<RunResult>& runs : scenarios) {
    std::uint64_t wanted = runs.size() / 2;
    for (std::uint64_t left = runs.size(); left > 0; --left) {
      const bool is_base = prng.below(left) < wanted;
      if (is_base) --wanted;
      (is_base ? base : current).push_back(runs[left - 1]);
    }
  }
  return {base, current};
}

// Real runs of one build, of a scenario that finds its defect and of a fix. Twelve are made; a hundred times they are
// dealt out anew, and what decides the exit code is asked in this process.
TEST_F(CompareCommand, FindsNoRegressionInAHundredDealsOfTheRunsOfOneBuild) {
  std::vector<std::vector<RunResult>> scenarios;
  for (const std::string name : {"date_header/per_request.minimal", "date_header/static_cache.minimal"}) {
    scenarios.emplace_back();
    for (int run = 0; run < 6; ++run) {
      run_into(name, name + std::to_string(run), run);
      scenarios.back().push_back(read(name + std::to_string(run)));
    }
  }
  Prng prng(7);
  for (int i = 0; i < 100; ++i) {
    const auto [base, current] = halves(scenarios, prng);
    const Comparison comparison = compare(base, current);
    EXPECT_EQ(comparison.scenarios.size(), 2u);
    EXPECT_FALSE(comparison.regression()) << to_text(comparison);
  }
}

// A run that could not be judged is neither better nor worse than another.
TEST_F(CompareCommand, IsNoSuccessWhereNothingCouldBeCompared) {
  run_into("date_header/per_request.minimal", "base");
  nlohmann::json run = nlohmann::json::parse(read_text(path("base/run.json"), 16u << 20));
  run["end_reason"] = "interrupted";
  const std::string stopped = write("stopped.json", run.dump());
  const CliResult nothing = run_cli({"compare", path("base"), stopped, "--report", "html", "--out", path("reports")});
  EXPECT_EQ(nothing.code, 3);
  EXPECT_TRUE(nothing.out.starts_with("nothing compared\n")) << nothing.out;
  EXPECT_NE(nothing.err.find("nothing was compared: no scenario has runs on both sides"), std::string::npos);
  EXPECT_FALSE(read_text(path("reports/comparison.html"), 1 << 20).empty());
}

TEST_F(CompareCommand, WritesItsReportsIntoAFolder) {
  run_into("date_header/static_cache.minimal", "broken");
  const CliResult compared =
      run_cli({"compare", path("broken"), path("broken"), "--report", "html,junit", "--out", path("reports/of_today")});
  EXPECT_EQ(compared.code, 0) << compared.err;
  EXPECT_NE(compared.out.find("report    " + path("reports/of_today/comparison.html")), std::string::npos);
  EXPECT_NE(read_text(path("reports/of_today/comparison.html"), 1 << 20).find("date_header"), std::string::npos);
  EXPECT_NE(read_text(path("reports/of_today/junit.xml"), 1 << 20).find("date_header"), std::string::npos);
  const CliResult json =
      run_cli({"compare", path("broken"), path("broken"), "--json", "--report", "junit", "--out", path("reports")});
  EXPECT_EQ(nlohmann::json::parse(json.out)["regression"], false) << "nothing else is on stdout";
}

TEST_F(CompareCommand, RefusesAReportThatThereIsNot) {
  const CliResult compared = run_cli({"compare", path(""), path(""), "--report", "html,pdf", "--out", path("reports")});
  EXPECT_EQ(compared.code, 2);
  EXPECT_NE(compared.err.find("--report pdf: there is no such report of a comparison"), std::string::npos)
      << compared.err;
  EXPECT_TRUE(read_text(path("reports/comparison.html"), 1).empty());
}

TEST_F(CompareCommand, RefusesWhatHoldsNoRun) {
  const CliResult missing = run_cli({"compare", path("nowhere"), path("nowhere")});
  EXPECT_EQ(missing.code, 2);
  EXPECT_NE(missing.err.find(path("nowhere") + ": cannot open"), std::string::npos) << missing.err;
  const CliResult empty = run_cli({"compare", path(""), path("")});
  EXPECT_EQ(empty.code, 2);
  EXPECT_NE(empty.err.find("there is no run.json in it"), std::string::npos) << empty.err;
  const CliResult other = run_cli({"compare", write("x.json", "{}"), path("")});
  EXPECT_EQ(other.code, 2);
  EXPECT_NE(other.err.find("is no report of a run"), std::string::npos) << other.err;
}

}  // namespace
}  // namespace heapstorm::cli
