// Connections that are held open while others come and go.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <thread>

#include "harness/storm/descriptor_limit.h"
#include "harness/storm/port_budget.h"
#include "harness/storm/testing/server.h"
#include "harness/storm/testing/small_storm.h"

namespace heapstorm {
namespace {

using test::errors;
using test::load_of;
using test::Server;
using test::storm;
using test::total_errors;

Load held_load(std::uint32_t held, std::uint32_t others) {
  Load load = load_of(Protocol::websocket, held + others, 2, {SendStep{"y", {1, 1}}}, {.rst = 1});
  load.held = held;
  return load;
}

TEST(Held, StaysOpenWhileTheOthersComeAndGoAndThenGoesOn) {
  Server server(test::echo_frames);
  const StormResult result = storm(held_load(3, 6), server.port());
  server.finish();
  EXPECT_EQ(total_errors(result), 0U);
  EXPECT_EQ(result.connections, 9U);
  const test::Journal& journal = server.journal();
  for (const char* held : {"1", "2", "3"}) {
    EXPECT_LT(journal.find(std::string(held) + " open"), journal.find("4 open"));
    for (const char* other : {"4", "9"}) {
      EXPECT_GT(journal.find(std::string(held) + " message y"), journal.find(std::string(other) + " message y"));
    }
  }
}

TEST(Held, AServerThatEndsAHeldConnectionIsNoticed) {
  Server server([](test::Peer& peer, test::Journal& journal) {
    const std::string head = peer.read_head();
    peer.write(test::upgrade_response(head));
    if (test::header(head, "Heapstorm-Connection") == "1") return;
    while (test::read_frame(peer).opcode >= 0) peer.write(test::server_frame(1, "y"));
    journal.add("over");
  });
  const StormResult result = storm(held_load(2, 10), server.port());
  EXPECT_EQ(errors(result, Phase::read, ENODATA), 1U);
  EXPECT_EQ(total_errors(result), 1U);
  EXPECT_EQ(result.connections, 12U);
}

TEST(Held, PingsAreAnsweredMeanwhile) {
  Server server([](test::Peer& peer, test::Journal& journal) {
    const std::string head = peer.read_head();
    peer.write(test::upgrade_response(head) + test::server_frame(9, "there?"));
    for (auto frame = test::read_frame(peer); frame.opcode >= 0; frame = test::read_frame(peer)) {
      journal.add(test::header(head, "Heapstorm-Connection") + " " + std::to_string(frame.opcode));
      if (frame.opcode == 1) peer.write(test::server_frame(1, "y"));
    }
  });
  EXPECT_EQ(total_errors(storm(held_load(1, 20), server.port())), 0U);
  server.finish();
  EXPECT_LT(server.journal().find("1 10"), server.journal().find("21 1"));
  EXPECT_GE(server.journal().find("1 10"), 0);
}

TEST(Held, CountsForDescriptorsAndPorts) {
  const Load load = held_load(20'000, 100);
  EXPECT_EQ(connections_at_once(load), 20'002U);
  EXPECT_EQ(budget_ports(load, 28'000, max_sources).sources, 2U);
}

// Accepts and reads for ever on one thread; a thread for each connection would be too many.
class QuietServer {
 public:
  QuietServer() {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listener_, 4096), 0);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
  }
  ~QuietServer() {
    thread_.request_stop();
    thread_.join();
    close(listener_);
  }

  std::uint16_t port = 0;
  std::atomic<std::size_t> max_open = 0;

 private:
  void serve(const std::stop_token& stop) {
    const int poller = epoll_create1(0);
    watch(poller, listener_);
    std::array<epoll_event, 64> events;
    while (!stop.stop_requested()) {
      const int count = epoll_wait(poller, events.data(), events.size(), 50);
      for (int i = 0; i < count; ++i) handle(poller, events[static_cast<std::size_t>(i)].data.fd);
    }
    for (const int fd : open_) {
      if (fd >= 0) close(fd);
    }
    close(poller);
  }

  static void watch(int poller, int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
  }

  void handle(int poller, int fd) {
    if (fd != listener_) return end_if_over(fd);
    for (int peer = accept(listener_, nullptr, nullptr); peer >= 0; peer = accept(listener_, nullptr, nullptr)) {
      watch(poller, peer);
      if (open_.size() <= static_cast<std::size_t>(peer)) open_.resize(static_cast<std::size_t>(peer) + 1, -1);
      open_[static_cast<std::size_t>(peer)] = peer;
      max_open = std::max(max_open.load(), ++open_count_);
    }
  }

  void end_if_over(int fd) {
    std::array<char, 64> waste;
    if (recv(fd, waste.data(), waste.size(), MSG_DONTWAIT) > 0) return;
    close(fd);
    open_[static_cast<std::size_t>(fd)] = -1;
    --open_count_;
  }

  int listener_ = -1;
  std::vector<int> open_;  // by descriptor
  std::size_t open_count_ = 0;
  std::jthread thread_;
};

TEST(Held, ThousandsAreHeldWhileAThousandPerSecondComeAndGo) {
  constexpr std::uint32_t held = 2000;
  if (hard_descriptor_limit() < 3 * held) GTEST_SKIP() << "needs " << 3 * held << " descriptors";
  raise_descriptor_limit(3 * held);  // the server is in this process too
  QuietServer server;
  Load load = load_of(Protocol::tcp, held + 500, 100, {}, {.rst = 1});
  load.held = held;
  load.arrival = Arrival::open;
  load.phases = {{1000, 1000}};
  const StormResult result = storm(load, server.port);
  EXPECT_EQ(result.end, StormEnd::completed);
  EXPECT_EQ(result.connections, held + 500);
  EXPECT_EQ(total_errors(result), 0U);
  EXPECT_GE(result.duration_ms, 499U);
  EXPECT_GE(server.max_open.load(), held);
}

}  // namespace
}  // namespace heapstorm
