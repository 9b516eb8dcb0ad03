// What the command line says about targets: their parameters, what they are expected to lead to, restarts of workers.
#include "tools/heapstorm/testing/cli_process.h"

namespace heapstorm::cli {
namespace {

using Json = nlohmann::json;

const std::string minimal = scenario("date_header/per_request.minimal");

std::vector<std::string> with_hooks(const std::string& variant, const std::string& parameters) {
  return {"--plugin-dir", HEAPSTORM_TEST_TARGETS,      "--set", "target.plugin=hooks",
          "--set",        "target.variant=" + variant, "--set", "target.parameters=" + parameters};
}

using TargetParameters = CliTest;

TEST_F(TargetParameters, ReachThePlugin) {
  std::vector<std::string> arguments = with_hooks("counts", R"({"wait_ms":77})");
  for (const char* set : {R"(load={"protocol":"tcp","connections":1,"session":[{"open":{}},{"leave":{"fin":1}}]})",
                          "faults=[]", R"(expect={"clean":true})"}) {
    arguments.insert(arguments.end(), {"--set", set});
  }
  const CliResult result = run_scenario(minimal, arguments);
  EXPECT_EQ(result.code, 0) << result.out << result.err;
}

TEST_F(TargetParameters, OutOfTheirRangeAreRefusedBeforeTheStart) {
  const CliResult result = run_scenario(minimal, with_hooks("counts", R"({"wait_ms":1001})"));
  EXPECT_EQ(result.code, 2) << result.out;
  EXPECT_NE(result.err.find("/target/parameters/wait_ms: must be between 0 and 1000, not 1001"), std::string::npos)
      << result.err;
  EXPECT_TRUE(nothing_started());
}

TEST_F(TargetParameters, OfAWrongNameAreRefusedWithTheNearestOneAndTheRange) {
  const CliResult result = run_scenario(minimal, with_hooks("counts", R"({"wait_m":1})"));
  EXPECT_EQ(result.code, 2) << result.out;
  EXPECT_NE(result.err.find("no parameter \"wait_m\"; known are: wait_ms (0..1000); did you mean \"wait_ms\"?"),
            std::string::npos)
      << result.err;
  EXPECT_TRUE(nothing_started());
}

using ListTargets = CliTest;

TEST_F(ListTargets, ShowsFindingsAndParametersForAPerson) {
  const CliResult result = run_cli({"list", "targets", "--plugin-dir", HEAPSTORM_TEST_TARGETS});
  EXPECT_EQ(result.code, 0) << result.err;
  // That folder also holds plugins that cannot be used.
  EXPECT_NE(result.err.find("/wrong_abi.so has ABI version 99"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("/looks_like_asan_tsan.so is built as asan and tsan"), std::string::npos) << result.err;
  for (const std::string line :
       {"date_header/static_cache", "bug: ", "models     swoole-src #5507", "finds      foreign_free of session",
        "parameter  wait_ms (integer, 0..1000, default 5): how long it would wait, in ms"}) {
    EXPECT_NE(result.out.find(line), std::string::npos) << line << " in " << result.out;
  }
}

TEST_F(ListTargets, ShowsFindingsAndParametersForAProgram) {
  const CliResult result = run_cli({"list", "targets", "--json", "--plugin-dir", HEAPSTORM_TEST_TARGETS});
  Json variants;
  for (const Json& target : Json::parse(result.out, nullptr, false))
    variants[target["name"].get<std::string>()] = target;
  const Json parameter = {{"name", "wait_ms"}, {"summary", "how long it would wait, in ms"},
                          {"type", "integer"}, {"default", 5},
                          {"minimum", 0},      {"maximum", 1000}};
  EXPECT_EQ(variants["hooks/counts"]["parameters"], Json::array({parameter})) << result.out;
  const Json finding = {{"kind", "foreign_free"}, {"tag", "session"}};
  EXPECT_EQ(variants["hooks/asks_wrongly"]["expects"], Json::array({finding}));
  EXPECT_EQ(variants["hooks/asks_wrongly"]["buggy"], true);
}

using WorkerRestarts = CliTest;

TEST_F(WorkerRestarts, OfAStepwiseScenarioAllHappenAndSpoilNothing) {
  const std::vector<std::string> arguments = {"--set", R"(faults=[{"worker_restart":{"every_opens":1}}])", "--set",
                                              "load.connections=5"};
  const CliResult result = run_scenario(minimal, arguments);
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  const Json run = run_json();
  const Json all = {{"planned", 4}, {"injected", 4}, {"observed", 4}};
  EXPECT_EQ(run["faults"]["worker_restart"], all) << run.dump(1);
  EXPECT_EQ(run["load"]["connections"], 5);
  EXPECT_EQ(run["findings"], Json::array());
}

TEST_F(WorkerRestarts, DuringAStormLeaveAFixedTargetClean) {
  const std::vector<std::string> arguments = {"--set", R"(faults=[{"worker_restart":{"every_ms":2}}])", "--set",
                                              "load.connections=500"};
  const CliResult result = run_scenario(scenario("date_header/thread_local_released"), arguments);
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  const Json run = run_json();
  EXPECT_GT(run["faults"]["worker_restart"]["injected"], 0) << run.dump(1);
  EXPECT_EQ(run["faults"]["worker_restart"]["injected"], run["faults"]["worker_restart"]["observed"]);
}

}  // namespace
}  // namespace heapstorm::cli
