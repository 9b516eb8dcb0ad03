// target_host from outside, as the runner uses it: command line, black box, sockets, signals.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <memory>

#include "harness/host/plugin/describe.h"
#include "harness/host/testing/client.h"
#include "harness/host/testing/host_process.h"

namespace heapstorm::host {
namespace {

constexpr std::int64_t example_second = 784111777;
constexpr std::string_view example_date = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";

std::vector<std::string> serve(const std::string& variant) {
  return {"--plugin",   library_path("targets/date_header.so"), "--variant", variant, "--workers", "2", "--dispatch",
          "round_robin"};
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// A served fixed variant with its clock at the example second.
class HostTest : public testing::Test {
 protected:
  void SetUp() override {
    port_ = host_.wait_for_port();
    ASSERT_NE(port_, 0) << host_.wait().stderr_text;
    host_.set_clock(example_second);
  }
  Ended stop() {
    host_.signal(SIGTERM);
    return host_.wait();
  }

  HostProcess host_{serve("thread_local_cache")};
  std::uint16_t port_ = 0;
};

TEST_F(HostTest, AnswersHttpWithTheDateOfThePlansClock) {
  const Client client(port_);
  client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello");
  const std::string response = client.read_until("\r\n\r\n");
  EXPECT_TRUE(response.starts_with("HTTP/1.1 200 ")) << response;
  EXPECT_TRUE(contains(response, example_date)) << response;
  EXPECT_EQ(client.read(5), "hello");
}

TEST_F(HostTest, KeepsAnHttpConnectionAliveAndFollowsTheClock) {
  const Client client(port_);
  client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_TRUE(contains(client.read_until("\r\n\r\n"), "08:49:37"));
  host_.set_clock(example_second + 1);
  client.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(contains(client.read_until("\r\n\r\n"), "08:49:38"));
  EXPECT_TRUE(client.is_closed_by_peer());
}

TEST_F(HostTest, AcceptsAWebSocketWithADateAndEchoes) {
  const Client client(port_);
  client.send(handshake_request());
  const std::string response = client.read_until("\r\n\r\n");
  EXPECT_TRUE(response.starts_with("HTTP/1.1 101 ")) << response;
  EXPECT_TRUE(contains(response, example_date)) << response;
  EXPECT_TRUE(contains(response, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")) << response;
  client.send(text_frame("y\n") + text_frame("z\n"));
  EXPECT_EQ(client.read(8), "\x81\x02y\n\x81\x02z\n");
}

TEST_F(HostTest, AnswersAWebSocketCloseFrame) {
  const Client client(port_);
  client.send(handshake_request());
  client.read_until("\r\n\r\n");
  client.send({"\x88\x80\x01\x02\x03\x04", 6});
  EXPECT_EQ(client.read(4), "\x88\x02\x03\xe8");  // 1000, "normal"
  EXPECT_TRUE(client.is_closed_by_peer());
}

TEST_F(HostTest, EchoesWhatIsNoHttp) {
  const Client client(port_);
  client.send("y\n");
  EXPECT_EQ(client.read(2), "y\n");
  client.send("GET");
  EXPECT_EQ(client.read(3), "GET");
}

TEST_F(HostTest, RecognisesAMethodThatArrivesInPieces) {
  const Client client(port_);
  client.send("GE");
  client.send("T / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_TRUE(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 200 "));
}

TEST_F(HostTest, ClosesAnHttpConnectionThatMakesNoSense) {
  const Client client(port_);
  client.send("GET \r\n\r\n\r\n");
  EXPECT_TRUE(client.is_closed_by_peer());
}

// A descriptor more than its owner knows of would move all later ones.
TEST_F(HostTest, KeepsNoDescriptorOfItsPlugin) {
  EXPECT_FALSE(host_.has_open(library_path("targets/date_header.so")));
}

TEST_F(HostTest, CountsAcceptedConnections) {
  for (int i = 0; i < 3; ++i) {
    const Client client(port_);
    client.send("y\n");
    EXPECT_EQ(client.read(2), "y\n");
  }
  EXPECT_EQ(host_.connections_accepted(), 3u);
}

TEST_F(HostTest, SurvivesResetsAndStopsClean) {
  for (int i = 0; i < 50; ++i) {
    Client client(port_);
    client.send(handshake_request());
    client.read_until("\r\n\r\n");
    client.send(text_frame("y\n"));
    client.reset();
  }
  const Ended ended = stop();
  EXPECT_EQ(ended.code, 0) << ended.stderr_text;
  EXPECT_EQ(host_.findings(), 0u);
}

TEST_F(HostTest, StopsInOrderOnSigtermWithConnectionsOpen) {
  const Client silent(port_);
  const Client echoing(port_);
  const Client websocket(port_);
  echoing.send("y\n");
  EXPECT_EQ(echoing.read(2), "y\n");
  websocket.send(handshake_request());
  websocket.read_until("\r\n\r\n");
  const Ended ended = stop();
  EXPECT_EQ(ended.code, 0) << ended.stderr_text;
  EXPECT_EQ(ended.stdout_text, "listening on 127.0.0.1:" + std::to_string(port_) + "\n");
  EXPECT_EQ(ended.stderr_text, "");
  EXPECT_EQ(host_.stage(), HEAPSTORM_STAGE_STOPPED);
}

// Two overlapping handshakes on two workers, in two seconds of the clock: the least that shows the defect.
std::uint64_t findings_after_two_handshakes(const std::string& variant) {
  HostProcess host(serve(variant));
  const std::uint16_t port = host.wait_for_port();
  if (port == 0) return ~std::uint64_t{0};
  host.set_clock(example_second);
  const Client first(port);
  first.send(handshake_request(1));
  first.read_until("\r\n\r\n");
  host.set_clock(example_second + 1);
  const Client second(port);
  second.send(handshake_request(2));
  second.read_until("\r\n\r\n");
  return host.findings();
}

TEST(DateHeader, TheStaticCacheIsFreedOnAnotherThread) {
  EXPECT_EQ(findings_after_two_handshakes("static_cache"), 1u);
}

// Every second number is taken: without further ado all accepted sockets would be odd, and one worker would serve them
// all.
class EverySecondDescriptorTaken {
 public:
  EverySecondDescriptorTaken() {
    for (int descriptor = 4; descriptor < 64; descriptor += 2) {
      if (fcntl(descriptor, F_GETFD) >= 0) continue;
      dup2(STDERR_FILENO, descriptor);  // Inherited by the host.
      taken_.push_back(descriptor);
    }
  }
  ~EverySecondDescriptorTaken() {
    for (const int descriptor : taken_) close(descriptor);
  }

 private:
  std::vector<int> taken_;
};

TEST(DateHeader, TheStaticCacheIsFreedOnAnotherThreadWhateverDescriptorsTheHostInherits) {
  const EverySecondDescriptorTaken taken;
  EXPECT_EQ(findings_after_two_handshakes("static_cache"), 1u);
}

// As valgrind does with its own.
TEST(Descriptors, OneFarUpIsNoHoleToFill) {
  const int far_up = dup2(STDERR_FILENO, 5000);
  ASSERT_EQ(far_up, 5000);
  HostProcess host(serve("per_request"));
  EXPECT_NE(host.wait_for_port(), 0);
  EXPECT_LT(host.open_descriptors(), 1000u);
  close(far_up);
}

TEST(DateHeader, TheThreadLocalCacheIsClean) {
  EXPECT_EQ(findings_after_two_handshakes("thread_local_cache"), 0u);
}

TEST(DateHeader, FormattingOnEveryResponseIsClean) {
  EXPECT_EQ(findings_after_two_handshakes("per_request"), 0u);
}

TEST(CommandLine, APluginOfAnotherAbiVersionIsRefused) {
  const std::string file = library_path("test_targets/wrong_abi.so");
  const Ended ended = HostProcess({"--plugin", file, "--variant", "any"}).wait();
  EXPECT_EQ(ended.code, 2);
  EXPECT_TRUE(contains(ended.stderr_text, file + " has ABI version 99, this target_host has version 2"))
      << ended.stderr_text;
}

TEST(CommandLine, DescribeSaysTheVersionOfAPluginThatDoesNotFit) {
  const Ended ended = HostProcess({"--describe", library_path("test_targets/wrong_abi.so")}).wait();
  EXPECT_EQ(ended.code, 2);
  EXPECT_TRUE(contains(ended.stdout_text, "\"abi_version\": 99")) << ended.stdout_text;
  EXPECT_TRUE(contains(ended.stdout_text, "\"error\": ")) << ended.stdout_text;
}

TEST(Describe, WritesTheVersionOfMimallocAsPeopleDo) {
  EXPECT_EQ(mimalloc_version_text(209), "2.0.9");
  EXPECT_EQ(mimalloc_version_text(218), "2.1.8");
}

TEST(CommandLine, DescribeListsTheVariants) {
  const Ended ended = HostProcess({"--describe", library_path("targets/date_header.so")}).wait();
  EXPECT_EQ(ended.code, 0) << ended.stderr_text;
  EXPECT_TRUE(contains(ended.stdout_text, "\"family\": \"date_header\"")) << ended.stdout_text;
  EXPECT_TRUE(contains(ended.stdout_text, "\"flavour\": \"" HEAPSTORM_FLAVOUR "\"")) << ended.stdout_text;
  EXPECT_TRUE(contains(ended.stdout_text, "\"name\": \"static_cache\"")) << ended.stdout_text;
  EXPECT_TRUE(contains(ended.stdout_text, "\"buggy\": true")) << ended.stdout_text;
}

std::string looks_like(const std::string& flavours) {
  return HEAPSTORM_TARGET_LIBRARY "/plain/test_targets/looks_like_" + flavours + ".so";
}

TEST(CommandLine, APluginOfAnotherFlavourIsRefused) {
  const std::string other = std::string(HEAPSTORM_FLAVOUR) == "asan" ? "tsan" : "asan";
  const std::string words =
      looks_like(other) + " is built as " + other + " and cannot run as " HEAPSTORM_FLAVOUR ": build ";
  const Ended described = HostProcess({"--describe", looks_like(other)}).wait();
  EXPECT_EQ(described.code, 2);
  EXPECT_TRUE(contains(described.stdout_text, words)) << described.stdout_text;
  EXPECT_TRUE(contains(described.stdout_text, "\"flavour\": \"" + other + "\"")) << described.stdout_text;
  const Ended served = HostProcess({"--plugin", looks_like(other), "--variant", "any"}).wait();
  EXPECT_EQ(served.code, 2);
  EXPECT_TRUE(contains(served.stderr_text, words)) << served.stderr_text;
}

TEST(CommandLine, AMixtureOfTwoFlavoursIsRefused) {
  const Ended ended = HostProcess({"--describe", looks_like("asan_tsan")}).wait();
  EXPECT_EQ(ended.code, 2);
  EXPECT_TRUE(contains(ended.stdout_text, "is built as asan and tsan, which no process can be")) << ended.stdout_text;
}

// It is the loader that says what is wrong with a file that is cut off.
TEST(CommandLine, APluginThatIsCutOffIsNamed) {
  const std::string whole = library_path("test_targets/hooks.so"), cut = testing::TempDir() + "cut_off_plugin.so";
  for (const std::uintmax_t size : {0, 20, 64}) {
    std::filesystem::copy_file(whole, cut, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(cut, size);
    const Ended ended = HostProcess({"--describe", cut}).wait();
    EXPECT_EQ(ended.code, 2) << size;
    EXPECT_TRUE(contains(ended.stdout_text, "cannot load plugin " + cut)) << ended.stdout_text;
  }
  std::filesystem::remove(cut);
}

TEST(CommandLine, AnUnknownVariantIsAnsweredWithTheKnownOnes) {
  const Ended ended = HostProcess(serve("no_such")).wait();
  EXPECT_EQ(ended.code, 2);
  EXPECT_TRUE(contains(ended.stderr_text, "has no variant 'no_such'; it has: static_cache, ")) << ended.stderr_text;
}

TEST(CommandLine, AFileThatCannotBeLoadedIsNamed) {
  const Ended ended = HostProcess({"--plugin", "/no/such/plugin.so", "--variant", "any"}).wait();
  EXPECT_EQ(ended.code, 2);
  EXPECT_TRUE(contains(ended.stderr_text, "cannot load plugin /no/such/plugin.so")) << ended.stderr_text;
}

TEST(CommandLine, WrongUsageIsRefused) {
  EXPECT_EQ(HostProcess({}).wait().code, 2);
  EXPECT_EQ(HostProcess({"--dispatch", "best"}).wait().code, 2);
}

}  // namespace
}  // namespace heapstorm::host
