// Workers that are restarted while the host serves.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <thread>
#include <vector>

#include "harness/host/testing/client.h"
#include "harness/host/testing/host_process.h"

namespace heapstorm::host {
namespace {

const std::string hooks = library_path("test_targets/hooks.so");

// Connection n, from 0, goes to worker n modulo 2.
HostProcess serve(const std::string& plugin, const std::string& variant) {
  return HostProcess({"--plugin", plugin, "--variant", variant, "--workers", "2", "--dispatch", "round_robin"});
}

std::string answer(std::uint16_t port) {
  return Client(port).read_until("\n");
}

// The word of `answer` that begins with `key`.
std::string word(const std::string& answer, const std::string& key) {
  const std::size_t begin = answer.find(key);
  return begin == std::string::npos ? "no " + key : answer.substr(begin, answer.find_first_of(" \n", begin) - begin);
}

TEST(WorkerRestart, StopsTheOldThreadOnceAndStartsANewOneOfTheSameName) {
  HostProcess host = serve(hooks, "counts");
  const std::uint16_t port = host.wait_for_port();
  ASSERT_NE(port, 0);
  const std::string before = answer(port);
  const std::string neighbour_before = answer(port);
  ASSERT_TRUE(host.restart_worker(0));
  const std::string after = answer(port);
  const std::string neighbour_after = answer(port);
  EXPECT_EQ(word(before, "worker-"), "worker-0");
  EXPECT_EQ(word(after, "worker-"), "worker-0");
  EXPECT_NE(word(before, "tid="), word(after, "tid="));
  EXPECT_EQ(word(neighbour_before, "tid="), word(neighbour_after, "tid="));
  EXPECT_EQ(word(after, "starts="), "starts=3") << after;
  EXPECT_EQ(word(after, "stops="), "stops=1") << after;
  EXPECT_EQ(word(after, "of_thread="), "of_thread=1,0") << after;
}

TEST(WorkerRestart, EveryThreadHasRunItsHooksOnceWhenTheHostHasStopped) {
  HostProcess host = serve(hooks, "counts");
  ASSERT_NE(host.wait_for_port(), 0);
  for (std::uint32_t i = 0; i < 10; ++i) ASSERT_TRUE(host.restart_worker(i % 2));
  host.signal(SIGTERM);
  const Ended ended = host.wait();
  EXPECT_EQ(ended.code, 0) << ended.stderr_text;
  EXPECT_NE(ended.stdout_text.find("starts=12 stops=12\n"), std::string::npos) << ended.stdout_text;
}

TEST(WorkerRestart, EndsTheConnectionsOfThatWorkerAndOfNoOther) {
  HostProcess host = serve(library_path("targets/date_header.so"), "per_request");
  const std::uint16_t port = host.wait_for_port();
  ASSERT_NE(port, 0);
  const Client first(port), second(port);
  for (const Client* client : {&first, &second}) {
    client->send("y\n");
    ASSERT_EQ(client->read(2), "y\n");
  }
  ASSERT_TRUE(host.restart_worker(0));
  EXPECT_TRUE(first.is_closed_by_peer());
  second.send("z\n");
  EXPECT_EQ(second.read(2), "z\n");
}

TEST(WorkerRestart, OfAWorkerThatIsNotThereIsIgnored) {
  HostProcess host = serve(hooks, "counts");
  const std::uint16_t port = host.wait_for_port();
  ASSERT_NE(port, 0);
  host.request_restart(2);
  ASSERT_TRUE(host.restart_worker(1));
  EXPECT_EQ(word(answer(port), "starts="), "starts=3");
}

TEST(WorkerRestart, WithoutDescriptorsIsTriedAgainUntilThereAreSome) {
  HostProcess host = serve(library_path("targets/date_header.so"), "per_request");
  const std::uint16_t port = host.wait_for_port();
  ASSERT_NE(port, 0);
  host.limit_descriptors(3);
  host.request_restart(0);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_EQ(host.worker_restarts(), 0u);
  host.limit_descriptors(host.hard_descriptor_limit());
  if (!host.restart_worker(1)) {
    const Ended ended = host.wait();
    FAIL() << "exit code " << ended.code << ", signal " << ended.signal << "\n" << ended.stderr_text;
  }
  for (int connection = 0; connection < 4; ++connection) {
    const Client client(port);
    client.send("y\n");
    EXPECT_EQ(client.read(2), "y\n");
  }
  EXPECT_EQ(host.worker_restarts(), 2u);
  host.signal(SIGTERM);
  const Ended ended = host.wait();
  EXPECT_EQ(ended.code, 0) << ended.signal << ended.stderr_text;
  EXPECT_NE(ended.stderr_text.find("worker 0 did not start: "), std::string::npos) << ended.stderr_text;
}

TEST(WorkerRestart, ThatNeverGetsDescriptorsEndsTheHostInOrderAndSaysSo) {
  HostProcess host = serve(library_path("targets/date_header.so"), "per_request");
  ASSERT_NE(host.wait_for_port(), 0);
  host.limit_descriptors(3);
  host.request_restart(0);
  const Ended ended = host.wait();
#ifndef HEAPSTORM_ASAN  // LeakSanitizer cannot look at the threads then, and ends the process in its own way
  EXPECT_EQ(ended.code, 3) << ended.signal << ended.stderr_text;
#endif
  EXPECT_EQ(ended.signal, 0) << ended.stderr_text;
  EXPECT_NE(ended.stderr_text.find("target_host: worker 0 did not start again"), std::string::npos)
      << ended.stderr_text;
}

// Each connection is answered, or closed because its worker went; none waits for ever, and the last ones are served.
TEST(WorkerRestart, UnderLoadKeepsServing) {
  constexpr std::uint32_t restarts = 40;
  HostProcess host = serve(library_path("targets/date_header.so"), "thread_local_cache");
  const std::uint16_t port = host.wait_for_port();
  ASSERT_NE(port, 0);
  std::atomic<bool> over = false;
  std::atomic<std::uint64_t> connections = 0, answered = 0;
  std::vector<std::jthread> clients;
  for (int i = 0; i < 2; ++i) {
    clients.emplace_back([&] {
      while (!over) {
        const Client client(port);
        ++connections;
        client.send("y\n");
        if (client.read(2) == "y\n") ++answered;
      }
    });
  }
  for (std::uint32_t i = 0; i < restarts; ++i) ASSERT_TRUE(host.restart_worker(i % 2)) << i;
  const std::uint64_t answered_before = answered;
  for (int i = 0; i < 4; ++i) {
    const Client client(port);
    client.send("z\n");
    EXPECT_EQ(client.read(2), "z\n");
  }
  over = true;
  clients.clear();
  EXPECT_GT(answered_before, 0u);
  // A client may lose its connection to each restart, and not more.
  EXPECT_GE(answered + 2 * restarts, connections);
  EXPECT_EQ(host.connections_accepted(), connections + 4);
  EXPECT_EQ(host.worker_restarts(), restarts);
  EXPECT_EQ(host.findings(), 0u);
  host.signal(SIGTERM);
  const Ended ended = host.wait();
  EXPECT_EQ(ended.code, 0) << ended.stderr_text;
  EXPECT_EQ(ended.stderr_text, "");
}

}  // namespace
}  // namespace heapstorm::host
