#include "harness/runner/target/hosted_target.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <string>
#include <vector>

#include "harness/abi/black_box.h"
#include "harness/faults/testing/fault_of.h"
#include "harness/runner/target/sanitizer_environment.h"

namespace heapstorm {
namespace {

using Words = std::vector<std::string>;

Scenario hosted() {
  Scenario scenario;
  scenario.target.plugin = "family";
  scenario.target.variant = "one";
  scenario.target.workers = 3;
  return scenario;
}

RunOptions options_of_test() {
  return {.seed = 7,
          .flavour = "plain",
          .scenario_file = "",
          .rerun = "",
          .tool_version = "",
          .directory = {"/run"},
          .catalogue = TargetCatalogue("/lib")};
}

Words words_of(const Scenario& scenario, const RunOptions& options = options_of_test()) {
  return make_host_process(scenario, options, 5).command;
}

// The word after `name`, or "none".
std::string value_of(const std::string& name, const Words& words) {
  const auto at = std::find(words.begin(), words.end(), name);
  return at == words.end() || at + 1 == words.end() ? "none" : *(at + 1);
}

std::string variable(const std::string& name, const ExecImage::Variables& variables) {
  const auto found =
      std::find_if(variables.begin(), variables.end(), [&](const auto& entry) { return entry.first == name; });
  return found == variables.end() ? "none" : found->second;
}

TEST(HostedTarget, StartsWithTheHostOfTheFlavour) {
  EXPECT_EQ(words_of(hosted()).front(), "/lib/plain/target_host");
  RunOptions options = options_of_test();
  options.flavour = "asan";
  EXPECT_EQ(words_of(hosted(), options).front(), "/lib/asan/target_host");
}

TEST(HostedTarget, SaysWhatTheScenarioSaysOfTheTarget) {
  Scenario scenario = hosted();
  scenario.target.dispatch = Dispatch::round_robin;
  scenario.target.heap.policy = Policy::ignore;
  scenario.target.heap.backend = Backend::system;
  scenario.target.heap.quarantine_kb = 3;
  const Words words = words_of(scenario);
  EXPECT_EQ(value_of("--plugin", words), "family");
  EXPECT_EQ(value_of("--variant", words), "one");
  EXPECT_EQ(value_of("--workers", words), "3");
  EXPECT_EQ(value_of("--dispatch", words), "round_robin");
  EXPECT_EQ(value_of("--port", words), "0");
  EXPECT_EQ(value_of("--policy", words), "ignore");
  EXPECT_EQ(value_of("--backend", words), "system");
  EXPECT_EQ(value_of("--quarantine-bytes", words), "3072");
}

TEST(HostedTarget, TurnsEachPartOfTheHeapOnOrOffByItself) {
  for (const bool stacks : {false, true}) {
    Scenario scenario = hosted();
    scenario.target.heap.stacks = stacks;
    scenario.target.heap.canaries = !stacks;
    scenario.target.heap.report_leaks = stacks;
    const Words words = words_of(scenario);
    EXPECT_EQ(value_of("--stacks", words), stacks ? "1" : "0");
    EXPECT_EQ(value_of("--canaries", words), stacks ? "0" : "1");
    EXPECT_EQ(value_of("--report-leaks", words), stacks ? "1" : "0");
  }
}

TEST(HostedTarget, EndsWithParametersAndFaultsOfTheHeap) {
  Scenario scenario = hosted();
  EXPECT_EQ(value_of("--parameter", words_of(scenario)), "none");
  scenario.target.parameters = {{"wait_ms", 3}, {"years", -1}};
  scenario.faults = {test::fault_of("heap_yield", {{"one_in", 4}})};
  const Words words = words_of(scenario);
  const auto first = std::find(words.begin(), words.end(), "--parameter");
  ASSERT_GE(words.end() - first, 4);
  EXPECT_EQ(Words(first, first + 4), (Words{"--parameter", "wait_ms=3", "--parameter", "years=-1"}));
  EXPECT_EQ(value_of("--yield-probability", words), "16384");
  EXPECT_EQ(value_of("--perturb-seed", words), "7");
}

TEST(HostedTarget, ValgrindComesBeforeTheHost) {
  RunOptions options = options_of_test();
  options.valgrind = Valgrind::helgrind;
  const Words words = words_of(hosted(), options);
  EXPECT_EQ(words.front(), "valgrind");
  const auto tool = std::find(words.begin(), words.end(), "--tool=helgrind");
  const auto host = std::find(words.begin(), words.end(), "/lib/plain/target_host");
  EXPECT_LT(tool, host);
  EXPECT_NE(host, words.end());
}

TEST(HostedTarget, TheBlackBoxIsInheritedAndItsNumberTold) {
  RunOptions options = options_of_test();
  options.environment = {{"OWN", "1"}};
  const ProcessOptions process = make_host_process(hosted(), options, 5);
  EXPECT_EQ(process.inherited_fds, std::vector<int>{5});
  EXPECT_EQ(variable(HEAPSTORM_BOX_FD_VARIABLE, process.environment), "5");
  EXPECT_EQ(variable("OWN", process.environment), "1");
  EXPECT_EQ(process.stdout_file, "/run/target.stdout");
  EXPECT_EQ(process.stderr_file, "/run/target.stderr");
}

TEST(SanitizerEnvironment, LogsGoIntoTheRunDirectoryWithAnExitCodeOfTheirOwn) {
  for (const char* name : {"ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"}) ::unsetenv(name);
  const ExecImage::Variables variables = make_sanitizer_environment(options_of_test());
  for (const char* name : {"ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"}) {
    EXPECT_TRUE(variable(name, variables).starts_with("log_path=\"/run/sanitizer\":exitcode=66")) << name;
  }
  EXPECT_NE(variable("ASAN_OPTIONS", variables).find(":abort_on_error=0:detect_leaks=1"), std::string::npos);
  EXPECT_TRUE(variable("TSAN_OPTIONS", variables).ends_with(":abort_on_error=0:halt_on_error=0"));
  EXPECT_TRUE(variable("UBSAN_OPTIONS", variables).ends_with(":print_stacktrace=1"));
}

TEST(SanitizerEnvironment, TheUsersOwnOptionsComeFirst) {
  ::setenv("TSAN_OPTIONS", "history_size=7", 1);
  const ExecImage::Variables variables = make_sanitizer_environment(options_of_test());
  EXPECT_TRUE(variable("TSAN_OPTIONS", variables).starts_with("history_size=7:log_path=\"/run/sanitizer\":"));
  ::unsetenv("TSAN_OPTIONS");
}

TEST(UnderValgrind, ATargetHasTwentyTimesAsLongButNoMoreThanAMinute) {
  Scenario scenario;
  scenario.limits.start_s = 2;
  scenario.limits.time_s = 10;
  scenario.limits.stop_s = 90;
  const Scenario suited = suited_to(Valgrind::memcheck, scenario);
  EXPECT_EQ(suited.limits.start_s, 40u);
  EXPECT_EQ(suited.limits.time_s, 60u);
  EXPECT_EQ(suited.limits.stop_s, 90u) << "what is longer already stays";
  EXPECT_EQ(suited_to(Valgrind::none, scenario).limits.start_s, 2u);
}

TEST(UnderValgrind, BlocksComeFromMalloc) {
  Scenario scenario;
  const auto suited = [&](Backend backend) {
    scenario.target.heap.backend = backend;
    return suited_to(Valgrind::helgrind, scenario).target.heap.backend;
  };
  EXPECT_EQ(suited(Backend::mimalloc), Backend::system);
  EXPECT_EQ(suited(Backend::system), Backend::system);
  EXPECT_EQ(suited(Backend::unchecked_mimalloc), Backend::unchecked_system);
  EXPECT_EQ(suited(Backend::unchecked_system), Backend::unchecked_system);
  scenario.target.heap.backend = Backend::mimalloc;
  EXPECT_EQ(suited_to(Valgrind::none, scenario).target.heap.backend, Backend::mimalloc);
}

TEST(UnderValgrind, APercentSignOfTheFolderIsNoneOfItsOwn) {
  const Words words = valgrind_command(Valgrind::memcheck, {"/50%/run"});
  EXPECT_NE(std::find(words.begin(), words.end(), "--xml-file=/50%%/run/valgrind.%p.xml"), words.end());
  EXPECT_NE(std::find(words.begin(), words.end(), "--show-leak-kinds=none"), words.end());
  EXPECT_TRUE(valgrind_command(Valgrind::none, {"/run"}).empty());
  const Words helgrind = valgrind_command(Valgrind::helgrind, {"/run"});
  EXPECT_EQ(std::find(helgrind.begin(), helgrind.end(), "--show-leak-kinds=none"), helgrind.end());
}

}  // namespace
}  // namespace heapstorm
