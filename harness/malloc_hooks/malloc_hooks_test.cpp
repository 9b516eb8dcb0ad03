// The example, run as a program, and its log through the reader of sanitizer logs.
#include <gtest/gtest.h>
#include <stdio.h>
#include <sys/wait.h>

#include <array>
#include <csignal>
#include <string>

#include "harness/findings/deduplicate.h"
#include "harness/findings/log_findings.h"

namespace heapstorm {
namespace {

struct Outcome {
  int code = -1;
  std::vector<Finding> findings;
  std::string log;
};

// `exec`: its end is the shell's.
Outcome run(const std::string& variant, const std::string& policy) {
  const std::string options = "_OPTIONS=external_symbolizer_path=" HEAPSTORM_LLVM_SYMBOLIZER " ";
  const std::string command =
      "ASAN" + options + "TSAN" + options + "exec '" HEAPSTORM_DATE_CACHE "' " + variant + " " + policy + " 2>&1";
  FILE* const pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  std::string log;
  std::array<char, 4096> buffer;
  for (std::size_t size; (size = ::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) log.append(buffer.data(), size);
  const int status = ::pclose(pipe);
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  EXPECT_EQ(log.empty(), parse_sanitizer_log(log).empty()) << log;
  return {code, deduplicate(parse_sanitizer_log(log)), log};
}

bool has_function(const std::optional<Side>& side, const std::string& part) {
  if (!side) return false;
  for (const Frame& frame : side->stack) {
    if (frame.function.find(part) != std::string::npos) return true;
  }
  return false;
}

TEST(MallocHooks, ABlockFreedByAnotherThreadIsReportedWithBothSides) {
  const Outcome outcome = run("static", "report");
  EXPECT_EQ(outcome.code, 0);
  ASSERT_EQ(outcome.findings.size(), 2u);  // by a worker, and at the end by main
  const Finding& first = outcome.findings[0];
  EXPECT_EQ(first.kind, "foreign_free");
  EXPECT_EQ(first.source, HEAPSTORM_HOOKS_FLAVOUR);
  EXPECT_FALSE(first.damaged);
  ASSERT_TRUE(first.block);
  EXPECT_EQ(first.block->size, 45u);
  EXPECT_TRUE(has_function(first.owner, "make_date"));
  EXPECT_TRUE(has_function(first.offender, "renew"));
  EXPECT_EQ(first.owner->thread, "T1");
  EXPECT_NE(first.offender->thread, "T1");
  EXPECT_EQ(outcome.findings[1].offender->thread, "main");
}

TEST(MallocHooks, AReportNamesItsThreadsAndSaysWhichHasEnded) {
  const Outcome outcome = run("static", "report");
  EXPECT_NE(outcome.log.find("Thread T1 ended before\n"), std::string::npos) << outcome.log;
  EXPECT_NE(outcome.log.find("Thread T2 'malloc_hooks_da'\n"), std::string::npos) << outcome.log;
}

TEST(MallocHooks, TheFixedProgramAndThreadsOfTheLibraryAreSilent) {
  const Outcome outcome = run("thread_local", "report");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_TRUE(outcome.findings.empty());
}

TEST(MallocHooks, LegalHandOffsAreSilent) {
  for (const char* variant : {"handed_off", "allowed"}) {
    const Outcome outcome = run(variant, "abort");
    EXPECT_EQ(outcome.code, 0) << variant;
    EXPECT_TRUE(outcome.findings.empty()) << variant;
  }
}

TEST(MallocHooks, AbortsAfterTheFirstReportIfToldTo) {
  const Outcome outcome = run("static", "abort");
  EXPECT_EQ(outcome.code, 128 + SIGABRT);
  EXPECT_EQ(outcome.findings.size(), 1u);
}

}  // namespace
}  // namespace heapstorm
