#include <filesystem>
#include <fstream>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "tools/heapstorm/testing/cli_process.h"

namespace heapstorm::cli {
namespace {

using Json = nlohmann::json;

bool fits_schema(const Json& document) {
  const Json schema_json = Json::parse(std::ifstream(std::string(HEAPSTORM_TREE) + "/reports/run.schema.json"));
  valijson::Schema schema;
  valijson::adapters::NlohmannJsonAdapter schema_adapter(schema_json);
  valijson::SchemaParser().populateSchema(schema_adapter, schema);
  return valijson::Validator().validate(schema, valijson::adapters::NlohmannJsonAdapter(document), nullptr);
}

// Whether a stack has a frame in the target's own code.
bool names_target_code(const Json& side) {
  for (const Json& frame : side["stack"]) {
    if (frame["file"].get<std::string>().starts_with("targets/date_header/") && frame["line"] > 0) return true;
  }
  return false;
}

// The first finding of the date cache's string, or null.
Json date_finding(const Json& run) {
  for (const Json& finding : run["findings"]) {
    if (finding["kind"] == "foreign_free" && finding["block"]["tag"] == "date_header") return finding;
  }
  return nullptr;
}

void expect_both_sides(const Json& finding) {
  ASSERT_TRUE(finding.is_object()) << "no foreign_free of date_header";
  EXPECT_NE(finding["owner"]["thread"], finding["offender"]["thread"]);
  EXPECT_TRUE(names_target_code(finding["owner"])) << finding.dump(1);
  EXPECT_TRUE(names_target_code(finding["offender"])) << finding.dump(1);
  EXPECT_TRUE(finding["owner"]["connection"].is_number());
  EXPECT_TRUE(finding["offender"]["connection"].is_number());
  EXPECT_EQ(finding["owner"]["action"], "handshake");
  EXPECT_EQ(finding["offender"]["action"], "handshake");
}

const std::string minimal = scenario("date_header/static_cache.minimal");

using RunCommand = CliTest;

TEST_F(RunCommand, CatchesTheDateCacheAndNamesBothSides) {
  const CliResult result = run_scenario(minimal, {"--seed", "7"});
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  const Json run = run_json();
  EXPECT_TRUE(fits_schema(run)) << run.dump(1);
  EXPECT_EQ(run["verdict"], "pass");
  EXPECT_EQ(run["seed"], 7);
  EXPECT_EQ(run["end_reason"], "completed");
  expect_both_sides(date_finding(run));
  EXPECT_TRUE(result.out.starts_with("PASS")) << result.out;
  EXPECT_NE(result.out.find("foreign_free of date_header"), std::string::npos);
  EXPECT_FALSE(is_running(run["target"]["pid"]));
}

TEST_F(RunCommand, IsUnmetWhereTheBugIsExpectedToBeClean) {
  const CliResult result = run_scenario(minimal, {"--set", R"(expect={"clean":true})"});
  EXPECT_EQ(result.code, 1) << result.err;
  EXPECT_TRUE(result.out.starts_with("FAIL")) << result.out;
  EXPECT_EQ(run_json()["verdict"], "fail");
}

TEST_F(RunCommand, FindsNothingInTheFixes) {
  for (const char* name : {"date_header/per_request.minimal", "date_header/thread_local_cache.minimal"}) {
    EXPECT_EQ(run_scenario(scenario(name)).code, 0) << name;
    EXPECT_EQ(run_json()["findings"], Json::array()) << name;
  }
}

TEST_F(RunCommand, SaysWhatASanitizerCannotSee) {
  if (run_cli({"list", "flavours"}).out.find("asan") == std::string::npos) GTEST_SKIP() << "asan is not built";
  const std::string fix = scenario("date_header/per_request.minimal");
  EXPECT_EQ(run_scenario(fix, {"--flavour", "asan"}).code, 0);
  EXPECT_EQ(run_json()["notes"], Json::array());
  const CliResult result =
      run_scenario(fix, {"--flavour", "asan", "--set", R"(target.heap={"backend":"unchecked_mimalloc"})"});
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  ASSERT_EQ(run_json()["notes"].size(), 1U);
  EXPECT_NE(result.out.find("note      AddressSanitizer is blind"), std::string::npos) << result.out;
}

TEST_F(RunCommand, KeepsTheFindingWhenThePolicyAborts) {
  const CliResult result = run_scenario(minimal, {"--set", "target.heap.policy=abort"});
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  const Json run = run_json();
  EXPECT_EQ(run["target"]["exit"]["signal"], 6);
  EXPECT_EQ(run["end_reason"], "target_died");
  expect_both_sides(date_finding(run));
}

TEST_F(RunCommand, KeepsTheFindingWhenThePlanKillsTheTarget) {
  const CliResult result = run_scenario(
      minimal,
      {"--set", R"(faults=[{"clock_tick":{"every_opens":1}},{"signal":{"name":"SIGKILL","after_findings":1}}])"});
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  const Json run = run_json();
  EXPECT_EQ(run["target"]["exit"]["signal"], 9);
  EXPECT_EQ(run["end_reason"], "signal_injected");
  EXPECT_EQ(run["faults"]["SIGKILL"]["observed"], 1);
  expect_both_sides(date_finding(run));
}

TEST_F(RunCommand, TheSeedAloneDecidesThePlan) {
  const std::string file = scenario("date_header/per_request");
  const std::vector<std::string> small = {"--set", "load.connections=20", "--set", "load.concurrent=4", "--seed"};
  const auto hash = [&](const std::string& seed) {
    std::vector<std::string> arguments = small;
    arguments.push_back(seed);
    EXPECT_EQ(run_scenario(file, arguments).code, 0);
    return run_json()["plan_hash"];
  };
  const Json first = hash("7");
  EXPECT_EQ(hash("7"), first);
  EXPECT_NE(hash("8"), first);
}

TEST_F(RunCommand, CanBeRunAgainByItsOwnWordsWhateverTheFileIsCalled) {
  for (const std::string name : {"it's 100 % \\n.json", "\x1b[31mred\n\t's \\.json", "caf\xc3\xa9 \xff.json"}) {
    std::filesystem::copy_file(scenario("date_header/per_request.minimal"), path(name));
    const CliResult first = run_scenario(path(name));
    EXPECT_EQ(first.code, 0) << first.err;
    const std::size_t words = first.out.find("again     heapstorm ") + 20;
    const std::string again = first.out.substr(words, first.out.find('\n', words) - words);
    EXPECT_EQ(run_json()["rerun"], "heapstorm " + again);
    const CliResult second =
        run_program({"bash", "-c", std::string(HEAPSTORM_CLI) + " " + again + " --out " + path("again")});
    EXPECT_EQ(second.code, 0) << again << second.err;
    EXPECT_NE(second.out.find("again     heapstorm " + again + "\n"), std::string::npos) << second.out;
  }
}

TEST_F(RunCommand, PrintsAnArrayForSeveralScenarios) {
  const CliResult result =
      run_cli({"run", minimal, scenario("date_header/per_request.minimal"), "--json", "--out", path("runs")});
  EXPECT_EQ(result.code, 0) << result.err;
  const Json runs = Json::parse(result.out, nullptr, false);
  ASSERT_TRUE(runs.is_array()) << result.out;
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0]["scenario"], "date_header/static_cache.minimal");
  EXPECT_EQ(runs[1]["scenario"], "date_header/per_request.minimal");
}

using OtherCommands = CliTest;

TEST_F(OtherCommands, ListNamesTheVariants) {
  const CliResult result = run_cli({"list", "targets", "--json"});
  EXPECT_EQ(result.code, 0) << result.err;
  const Json targets = Json::parse(result.out, nullptr, false);
  bool found = false;
  for (const Json& target : targets) found |= target["name"] == "date_header/static_cache" && target["buggy"] == true;
  EXPECT_TRUE(found) << result.out;
}

TEST_F(OtherCommands, ValidateStartsNothing) {
  EXPECT_EQ(run_cli({"validate", minimal}).code, 0);
  EXPECT_TRUE(nothing_started());
}

TEST_F(OtherCommands, VersionIsPrinted) {
  EXPECT_EQ(run_cli({"--version"}).out.rfind("heapstorm ", 0), 0u);
}

}  // namespace
}  // namespace heapstorm::cli
