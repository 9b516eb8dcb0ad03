// Parameters on target_host's command line, and as its plugin sees them.
#include <gtest/gtest.h>

#include <csignal>

#include "harness/host/testing/client.h"
#include "harness/host/testing/host_process.h"

namespace heapstorm::host {
namespace {

const std::string hooks = library_path("test_targets/hooks.so");

std::vector<std::string> arguments_with(const std::vector<std::string>& settings) {
  std::vector<std::string> arguments = {"--plugin", hooks, "--variant", "counts"};
  for (const std::string& setting : settings) arguments.insert(arguments.end(), {"--parameter", setting});
  return arguments;
}

// What the plugin answers when the host was started so.
std::string answer_with(const std::vector<std::string>& settings) {
  HostProcess host(arguments_with(settings));
  const std::uint16_t port = host.wait_for_port();
  return port != 0 ? Client(port).read_until("\n") : host.wait().stderr_text;
}

// What the host says when it refuses to start.
std::string refusal_of(const std::vector<std::string>& settings) {
  const Ended ended = HostProcess(arguments_with(settings)).wait();
  EXPECT_EQ(ended.code, 2) << ended.stderr_text;
  return ended.stderr_text;
}

TEST(Parameters, HaveTheirDefault) {
  EXPECT_NE(answer_with({}).find(" wait_ms=5\n"), std::string::npos);
}

TEST(Parameters, CanBeSetToBothEndsOfTheirRange) {
  EXPECT_NE(answer_with({"wait_ms=0"}).find(" wait_ms=0\n"), std::string::npos);
  EXPECT_NE(answer_with({"wait_ms=1000"}).find(" wait_ms=1000\n"), std::string::npos);
}

TEST(Parameters, OutOfTheirRangeAreRefused) {
  for (const std::string value : {"-1", "1001", "", "x", "1.5", "99999999999999999999"}) {
    EXPECT_EQ(refusal_of({"wait_ms=" + value}),
              "target_host: parameter 'wait_ms' must be an integer between 0 and 1000, not '" + value + "'\n");
  }
}

TEST(Parameters, OfAnotherNameAreRefusedWithTheKnownOnes) {
  EXPECT_EQ(refusal_of({"wait_s=1"}), "target_host: variant 'counts' has no parameter 'wait_s'; it has: wait_ms\n");
}

TEST(Parameters, ThatThePluginDoesNotDeclareEndTheProcessWithAWord) {
  const Ended ended = HostProcess({"--plugin", hooks, "--variant", "asks_wrongly"}).wait();
  EXPECT_EQ(ended.signal, SIGABRT);
  EXPECT_NE(ended.stderr_text.find("the plugin asks for the parameter 'undeclared'"), std::string::npos)
      << ended.stderr_text;
}

TEST(Parameters, AreDescribedAndSoAreTheExpectedFindings) {
  const Ended ended = HostProcess({"--describe", hooks}).wait();
  EXPECT_EQ(ended.code, 0) << ended.stderr_text;
  for (const std::string part : {R"("name": "wait_ms")", R"("default": 5)", R"("maximum": 1000)",
                                 R"("kind": "foreign_free")", R"("tag": "session")"}) {
    EXPECT_NE(ended.stdout_text.find(part), std::string::npos) << part << " in " << ended.stdout_text;
  }
}

}  // namespace
}  // namespace heapstorm::host
