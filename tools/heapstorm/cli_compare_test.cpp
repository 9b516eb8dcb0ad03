// `heapstorm compare` over runs that really happened.
#include "harness/runner/text_file.h"
#include "tools/heapstorm/testdata/cli_process.h"

namespace heapstorm::cli {
namespace {

class CompareCommand : public CliTest {
 protected:
  void run_into(const std::string& scenario_name, const std::string& folder) const {
    const CliResult run = run_cli({"run", scenario(scenario_name), "--seed", "7", "--out", path(folder)});
    ASSERT_EQ(run.code, 0) << run.err;
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
