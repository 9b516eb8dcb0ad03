// The command line of target_host: every option is known, and takes what it may and nothing else.
#include <gtest/gtest.h>

#include <csignal>

#include "harness/host/testing/host_process.h"

namespace heapstorm::host {
namespace {

using Words = std::vector<std::string>;

Words serve_with(const Words& more) {
  Words words = {"--plugin", library_path("targets/date_header.so"), "--variant", "thread_local_cache"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// It listens, and stops in order.
testing::AssertionResult serves(const Words& more) {
  HostProcess host(serve_with(more));
  const bool listens = host.wait_for_port() != 0;
  host.signal(SIGTERM);
  const Ended ended = host.wait();
  if (listens && ended.code == 0) return testing::AssertionSuccess();
  return testing::AssertionFailure() << testing::PrintToString(more) << ": " << ended.code << ended.stderr_text;
}

int code_with(const Words& words) {
  return HostProcess(words).wait().code;
}

TEST(HostOptions, AreAllKnown) {
  EXPECT_TRUE(serves({"--workers", "1", "--port", "0", "--stacks", "1", "--canaries", "1", "--report-leaks", "1",
                      "--quarantine-bytes", "4096"}));
  EXPECT_TRUE(serves({"--perturb-seed", "1", "--delay-probability", "1", "--delay-us", "1", "--yield-probability", "1",
                      "--fail-nth", "1000000", "--fail-probability", "0", "--fail-only-tag", "nothing",
                      "--yield-points", "1"}));
}

TEST(HostOptions, TakeBothEndsOfTheirRange) {
  EXPECT_TRUE(serves({"--stacks", "0", "--canaries", "0", "--report-leaks", "0", "--quarantine-bytes", "0"}));
  EXPECT_TRUE(serves({"--delay-us", "0", "--delay-probability", "65536", "--yield-probability", "65536",
                      "--fail-only-tag", "nothing", "--fail-probability", "65536"}));
}

TEST(HostOptions, WhatLiesOutsideTheirRangeIsRefused) {
  for (const Words& words :
       {Words{"--workers", "0"}, Words{"--workers", "1025"}, Words{"--stacks", "2"}, Words{"--canaries", "2"},
        Words{"--report-leaks", "2"}, Words{"--delay-probability", "65537"}, Words{"--yield-probability", "65537"},
        Words{"--fail-probability", "65537"}, Words{"--port", "65536"}, Words{"--yield-points", "2"}}) {
    EXPECT_EQ(code_with(serve_with(words)), 2) << testing::PrintToString(words);
  }
}

TEST(HostOptions, EveryWordOfAChoiceIsKnownAndNoOther) {
  for (const char* policy : {"report", "abort", "ignore", "corrupt"}) EXPECT_TRUE(serves({"--policy", policy}));
  for (const char* backend : {"mimalloc", "system", "unchecked_mimalloc", "unchecked_system"}) {
    EXPECT_TRUE(serves({"--backend", backend}));
  }
  for (const char* dispatch : {"fd_modulo", "round_robin"}) EXPECT_TRUE(serves({"--dispatch", dispatch}));
  for (const char* option : {"--policy", "--backend", "--dispatch"}) {
    EXPECT_EQ(code_with(serve_with({option, "best"})), 2) << option;
  }
}

TEST(HostOptions, AVariantAndAParameterNeedAPlugin) {
  EXPECT_EQ(code_with({"--variant", "thread_local_cache"}), 2);
  EXPECT_EQ(code_with({"--plugin", library_path("targets/date_header.so")}), 2);
  EXPECT_EQ(code_with({"--parameter", "a=1", "--describe", library_path("targets/date_header.so")}), 2);
  EXPECT_EQ(code_with(serve_with({"--describe", library_path("targets/date_header.so")})), 2);
}

}  // namespace
}  // namespace heapstorm::host
