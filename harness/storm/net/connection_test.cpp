#include "harness/storm/net/connection.h"

#include <gtest/gtest.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/storm/faults/leave/close_faults.h"
#include "harness/storm/testing/server.h"

namespace heapstorm {
namespace {

using test::Journal;
using test::Peer;
using test::Server;

constexpr int deadline_ms = 10'000;

// Greets, and writes down how the client left.
void greet(Peer& peer, Journal& journal) {
  peer.write("hello");
  while (!peer.read_some().empty()) {
  }
  journal.add(peer.error() == ECONNRESET ? "reset" : "ended");
}

SocketAddress address_of(const Server& server) {
  return *loopback_address({.address = "127.0.0.1", .port = server.port()});
}

bool connect(Connection& connection, const SocketAddress& server) {
  if (connection.open(server, nullptr, FirstBytes::later) != 0) return false;
  pollfd connected{connection.descriptor(), POLLOUT, 0};
  return poll(&connected, 1, deadline_ms) == 1 && connection.connect_again(server) == 0;
}

// How many segments a client sent, its SYN apart, to say hello to a server that only listens.
std::uint32_t segments_of_a_hello(Connection& connection, const SocketAddress& server, FirstBytes first_bytes) {
  EXPECT_EQ(connection.open(server, nullptr, first_bytes), 0);
  EXPECT_EQ(connection.send("hello"), 0);
  tcp_info info{};
  socklen_t size = sizeof(info);
  EXPECT_EQ(getsockopt(connection.descriptor(), IPPROTO_TCP, TCP_INFO, &info, &size), 0);
  return info.tcpi_segs_out - 1;
}

bool is_greeted(const Connection& connection) {
  pollfd greeted{connection.descriptor(), POLLIN, 0};
  return poll(&greeted, 1, deadline_ms) == 1;
}

TEST(Connection, ASocketThatWasResetConnectsAgain) {
  Server server(greet);
  Connection connection;
  ASSERT_TRUE(connect(connection, address_of(server)));
  const int first = connection.descriptor();
  ASSERT_TRUE(is_greeted(connection));
  connection.reset();
  EXPECT_EQ(connection.descriptor(), -1);
  ASSERT_TRUE(connect(connection, address_of(server)));
  EXPECT_EQ(connection.descriptor(), first);
  ASSERT_TRUE(is_greeted(connection));
  connection.reset();
  server.finish(2);
  EXPECT_EQ(server.journal().count("reset"), 2U);
}

TEST(Connection, ASocketThatWasResetIsStillWatched) {
  Server server(greet);
  const int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  Connection connection;
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(connect(connection, address_of(server)));
    ASSERT_EQ(connection.watch(epoll_fd, 7, false), 0);
    epoll_event event{};
    ASSERT_EQ(epoll_wait(epoll_fd, &event, 1, deadline_ms), 1) << "round " << round;
    char greeting[16];
    EXPECT_EQ(connection.receive(greeting, sizeof(greeting)), 5) << "round " << round;
    connection.reset();
  }
  ::close(epoll_fd);
}

TEST(Connection, ASmallReceiveBufferTakesASocketOfItsOwn) {
  Server server(greet);
  Connection connection;
  ASSERT_TRUE(connect(connection, address_of(server)));
  connection.reset();
  connection.limit_receive_buffer(4096);
  ASSERT_TRUE(connect(connection, address_of(server)));
  int bytes = 0;
  socklen_t size = sizeof(bytes);
  ASSERT_EQ(getsockopt(connection.descriptor(), SOL_SOCKET, SO_RCVBUF, &bytes, &size), 0);
  EXPECT_EQ(bytes, 2 * 4096);  // the kernel doubles it
  connection.reset();
  ASSERT_TRUE(connect(connection, address_of(server)));
  ASSERT_EQ(getsockopt(connection.descriptor(), SOL_SOCKET, SO_RCVBUF, &bytes, &size), 0);
  EXPECT_GT(bytes, 2 * 4096);
}

TEST(Connection, FirstBytesThatFollowAtOnceCarryTheEndOfTheHandshake) {
  Server server([](Peer& peer, Journal&) {
    while (!peer.read_some().empty()) {
    }
  });
  Connection connection;  // and its one socket, kept
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(segments_of_a_hello(connection, address_of(server), FirstBytes::at_once), 1U) << "round " << round;
    connection.reset();
    EXPECT_EQ(segments_of_a_hello(connection, address_of(server), FirstBytes::later), 2U) << "round " << round;
    connection.reset();
  }
}

TEST(Connection, OneThatWasClosedInOrderIsNotReset) {
  Server server(greet);
  Connection connection;
  ASSERT_TRUE(connect(connection, address_of(server)));
  ASSERT_TRUE(is_greeted(connection));
  EXPECT_EQ(connection.drain(), 0);
  connection.close();
  server.finish(1);
  EXPECT_EQ(server.journal().lines(), std::vector<std::string>{"ended"});
}

TEST(Connection, AFinIsNoResetThoughSomethingWasLeftUnread) {
  Server server(greet);
  Connection connection;
  ASSERT_TRUE(connect(connection, address_of(server)));
  ASSERT_TRUE(is_greeted(connection));
  const auto conversation = make_tcp_conversation();
  const Step last_words = SendStep{};
  std::string out;
  CloseContext context{connection, *conversation, out, last_words, 0, nullptr};
  EXPECT_EQ(leave_by_fin(context).error, 0);
  server.finish(1);
  EXPECT_EQ(server.journal().lines(), std::vector<std::string>{"ended"});
}

}  // namespace
}  // namespace heapstorm
