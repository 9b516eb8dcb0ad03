// The ways to leave that take more than one call, as the server sees them. The others are in storm_close_test.cpp.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "harness/storm/testing/fault_judge.h"
#include "harness/storm/testing/server.h"
#include "harness/storm/testing/small_storm.h"

namespace heapstorm {
namespace {

using test::closes;
using test::Journal;
using test::load_of;
using test::message;
using test::Peer;
using test::Server;
using test::storm;
using test::Weights;

constexpr std::uint32_t connections = 20;

Load load_with(Protocol protocol, Weights weights) {
  return load_of(protocol, connections, 8, {message(protocol)}, weights);
}

struct Outcome {
  StormResult result;
  std::vector<std::string> seen;
};

Outcome run(const Load& load, const Server::Handler& handler) {
  Server server(handler);
  const StormResult result = storm(load, server.port());
  server.finish(load.connections);
  EXPECT_EQ(test::total_errors(result), 0U);
  return {result, server.journal().lines()};
}

std::size_t count(const std::vector<std::string>& lines, const std::string& ending) {
  const auto ends = [&](const std::string& line) { return line.ends_with(ending); };
  return static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), ends));
}

void expect_all_injected(const StormResult& result, CloseKind kind) {
  EXPECT_EQ(closes(result, kind).planned, connections);
  EXPECT_EQ(closes(result, kind).injected, connections);
}

std::map<std::string, std::uint64_t> answers_of(const InjectionCount& injections) {
  std::map<std::string, std::uint64_t> answers;
  for (const auto& [answer, times] : injections.answers) answers[to_string(answer)] = times;
  return answers;
}

const std::vector<std::pair<Protocol, Server::Handler>>& echo_servers() {
  static const std::vector<std::pair<Protocol, Server::Handler>> servers{
      {Protocol::tcp, test::echo_bytes}, {Protocol::http, test::serve_pages}, {Protocol::websocket, test::echo_frames}};
  return servers;
}

TEST(CloseKinds, RstUnreadIsAResetAfterOneMoreMessage) {
  for (const auto& [protocol, handler] : echo_servers()) {
    const auto [result, seen] = run(load_with(protocol, {.rst_unread = 1}), handler);
    expect_all_injected(result, CloseKind::rst_unread);
    EXPECT_EQ(count(seen, " rst"), connections) << to_string(protocol);
    if (protocol == Protocol::websocket) {
      EXPECT_EQ(count(seen, " message hello"), 2 * connections);
    }
    if (protocol == Protocol::http) {
      EXPECT_EQ(count(seen, " get /"), 2 * connections);
    }
  }
}

TEST(CloseKinds, ServerThatAnswersNothingCannotBeLeftUnread) {
  Server server([](Peer& peer, Journal&) {
    while (!peer.read_some().empty()) {
    }
  });
  const StormResult result = storm(load_of(Protocol::tcp, 2, 2, {}, {.rst_unread = 1}), server.port());
  EXPECT_EQ(closes(result, CloseKind::rst_unread).injected, 0U);
  EXPECT_EQ(test::errors(result, Phase::close, ETIMEDOUT), 2U);
}

// Had the client closed, this would meet its reset. Later, because a client that closes may read what has come before.
void write_after_the_end(Peer& peer, Journal& journal) {
  while (!peer.read_some().empty()) peer.write("hello");
  const std::string end = peer.error() == 0 ? "fin" : "rst";
  poll(nullptr, 0, 20);
  peer.write("after the end");
  poll(nullptr, 0, 20);
  int error = 0;
  socklen_t size = sizeof(error);
  getsockopt(peer.fd(), SOL_SOCKET, SO_ERROR, &error, &size);
  journal.add(end + (error == 0 ? ", still read" : ", gone"));
}

TEST(CloseKinds, HalfCloseIsAnEndOfTheStreamWhoseClientStillReads) {
  const auto [result, seen] = run(load_with(Protocol::tcp, {.half_close = 1}), write_after_the_end);
  expect_all_injected(result, CloseKind::half_close);
  EXPECT_EQ(count(seen, "fin, still read"), connections);
  EXPECT_EQ(answers_of(closes(result, CloseKind::half_close)),
            (std::map<std::string, std::uint64_t>{{"end", connections}}));
}

TEST(CloseKinds, FinDoesNotReadOn) {
  const auto [result, seen] = run(load_with(Protocol::tcp, {.fin = 1}), write_after_the_end);
  EXPECT_EQ(count(seen, "fin, gone"), connections);
}

TEST(CloseKinds, HalfCloseEndsAsPlannedWhenTheServerDoesNot) {
  Load load = load_of(Protocol::tcp, 2, 2, {}, {.half_close = 1});
  std::get<LeaveStep>(load.session.back()).amounts[static_cast<std::size_t>(CloseKind::half_close)] = {100, 100};
  Server server([](Peer& peer, Journal&) {
    peer.read_some();
    poll(nullptr, 0, 3000);
  });
  const StormResult result = storm(load, server.port());
  EXPECT_EQ(test::total_errors(result), 0U);
  EXPECT_EQ(answers_of(closes(result, CloseKind::half_close)), (std::map<std::string, std::uint64_t>{{"silence", 2}}));
}

std::vector<std::string> planned_amounts(const Load& load) {
  const Plan plan(load, {}, 7);
  std::vector<std::string> amounts;
  for (std::uint32_t number = 1; number <= plan.connection_count(); ++number) {
    amounts.push_back(std::to_string(plan.connection(number).close_amount) + " fin");
  }
  std::sort(amounts.begin(), amounts.end());
  return amounts;
}

void count_until_end(Peer& peer, Journal& journal) {
  std::size_t bytes = 0;
  for (std::string some; !(some = peer.read_some()).empty();) bytes += some.size();
  test::note_end(peer, journal, std::to_string(bytes));
}

TEST(CloseKinds, MidHandshakeIsAsManyBytesOfTheRequestAsPlannedAndTheEnd) {
  for (const Protocol protocol : {Protocol::http, Protocol::websocket}) {
    const Load load = load_with(protocol, {.mid_handshake = 1});
    auto [result, seen] = run(load, count_until_end);
    std::sort(seen.begin(), seen.end());
    EXPECT_EQ(seen, planned_amounts(load));
    expect_all_injected(result, CloseKind::mid_handshake);
    EXPECT_EQ(result.messages, 0U);
  }
}

TEST(CloseKinds, MidHandshakeNeverSendsAWholeRequest) {
  Load load = load_with(Protocol::http, {.mid_handshake = 1});
  std::get<LeaveStep>(load.session.back()).amounts[static_cast<std::size_t>(CloseKind::mid_handshake)] = {170, 170};
  const auto [result, seen] = run(load, [](Peer& peer, Journal& journal) {
    journal.add(peer.read_head().ends_with("\r\n\r") ? "all but the last byte" : "?");
  });
  EXPECT_EQ(count(seen, "all but the last byte"), connections);
}

TEST(CloseKinds, MidFrameIsAsManyBytesOfAFrameAsPlannedAndTheEnd) {
  const Load load = load_with(Protocol::websocket, {.mid_frame = 1});
  auto [result, seen] = run(load, [](Peer& peer, Journal& journal) {
    peer.write(test::upgrade_response(peer.read_head()));
    test::read_frame(peer);
    peer.write(test::server_frame(1, "hello"));
    count_until_end(peer, journal);
  });
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(seen, planned_amounts(load));
  expect_all_injected(result, CloseKind::mid_frame);
}

TEST(CloseKinds, SilentReadsNothingAndStaysForThePlannedTime) {
  Load load = load_with(Protocol::tcp, {.silent = 1});
  std::get<LeaveStep>(load.session.back()).amounts[static_cast<std::size_t>(CloseKind::silent)] = {1000, 1100};
  const auto [result, seen] = run(load, [](Peer& peer, Journal& journal) {
    peer.write(peer.read_some());
    poll(nullptr, 0, 20);  // until the answer was read and silence has begun
    const auto begin = std::chrono::steady_clock::now();
    const int small_bytes = 65536;  // so that it is full long before the client goes
    setsockopt(peer.fd(), SOL_SOCKET, SO_SNDBUF, &small_bytes, sizeof(small_bytes));
    const std::string block(65536, 'x');
    pollfd writable{peer.fd(), POLLOUT, 0};
    while (poll(&writable, 1, 0) == 1 && writable.revents == POLLOUT)
      send(peer.fd(), block.data(), block.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    journal.add("blocked");
    while (!peer.read_some().empty()) {
    }
    const auto waited = std::chrono::steady_clock::now() - begin;
    journal.add(waited >= std::chrono::milliseconds(100) ? "stayed" : "left at once");
  });
  expect_all_injected(result, CloseKind::silent);
  EXPECT_EQ(count(seen, "blocked"), connections);
  EXPECT_EQ(count(seen, "stayed"), connections);
}

TEST(CloseKinds, ASlowReaderIsSilentForThePlannedTimeToo) {
  Load load = load_with(Protocol::tcp, {.silent = 1});
  std::get<LeaveStep>(load.session.back()).amounts[static_cast<std::size_t>(CloseKind::silent)] = {150, 200};
  MisbehaveStep slowly;
  slowly.weights[static_cast<std::size_t>(ProtocolFault::slow_read)] = 1;
  load.session.insert(load.session.begin() + 1, slowly);
  const auto [result, seen] = run(load, test::echo_bytes);
  expect_all_injected(result, CloseKind::silent);
  EXPECT_EQ(answers_of(closes(result, CloseKind::silent)),
            (std::map<std::string, std::uint64_t>{{"silence", connections}}));
  EXPECT_GE(result.duration_ms, 150U);
}

TEST(CloseKinds, ServerThatEndsASilentConnectionIsNoError) {
  const auto [result, seen] =
      run(load_with(Protocol::tcp, {.silent = 1}), [](Peer& peer, Journal&) { peer.write(peer.read_some()); });
  EXPECT_EQ(answers_of(closes(result, CloseKind::silent)),
            (std::map<std::string, std::uint64_t>{{"end", connections}}));
}

TEST(CloseKinds, ProcessKillEndsTheConnectionWithAMessageOnItsWay) {
  for (const auto& [protocol, handler] : echo_servers()) {
    const auto [result, seen] = run(load_with(protocol, {.process_kill = 1}), handler);
    expect_all_injected(result, CloseKind::process_kill);
    EXPECT_EQ(count(seen, " fin") + count(seen, " rst"), connections) << to_string(protocol);
    if (protocol == Protocol::http) {
      EXPECT_EQ(count(seen, " get /"), 2 * connections);
    }
  }
}

TEST(CloseKinds, ACloseFrameThatIsAnsweredIsObserved) {
  const auto [result, seen] = run(load_with(Protocol::websocket, {.close_frame = 1}), test::echo_frames);
  EXPECT_EQ(answers_of(closes(result, CloseKind::close_frame)),
            (std::map<std::string, std::uint64_t>{{"close 1000", connections}}));
}

class EveryCloseKind : public testing::TestWithParam<CloseKind> {};

// The server's side of it: without the kinds that reset, no reset; and so on for what only one kind does.
TEST_P(EveryCloseKind, NeverHappensAtWeightZero) {
  Load load = load_of(Protocol::websocket, 60, 16, {message(Protocol::websocket)}, {});
  auto& leave = std::get<LeaveStep>(load.session.back());
  leave.weights.fill(1);
  leave.weights[static_cast<std::size_t>(GetParam())] = 0;
  const auto [result, seen] = run(load, test::echo_frames);
  std::uint64_t injected = 0;
  for (const InjectionCount& one : result.closes) {
    EXPECT_EQ(one.injected, one.planned);
    injected += one.injected;
  }
  EXPECT_EQ(injected, 60U);
  EXPECT_EQ(closes(result, GetParam()).planned, 0U);
  EXPECT_EQ(count(seen, " close_frame 1000"), closes(result, CloseKind::close_frame).injected);
  const auto resets = closes(result, CloseKind::rst).injected + closes(result, CloseKind::rst_unread).injected;
  const auto kills = closes(result, CloseKind::process_kill).injected;
  EXPECT_GE(count(seen, " rst"), resets);
  EXPECT_LE(count(seen, " rst"), resets + kills);
  EXPECT_EQ(60 - count(seen, " open"), closes(result, CloseKind::mid_handshake).injected);
}

INSTANTIATE_TEST_SUITE_P(CloseKinds, EveryCloseKind,
                         testing::Values(CloseKind::close_frame, CloseKind::fin, CloseKind::rst, CloseKind::rst_unread,
                                         CloseKind::half_close, CloseKind::mid_handshake, CloseKind::mid_frame,
                                         CloseKind::silent, CloseKind::process_kill),
                         [](const auto& close_kind) { return std::string(to_string(close_kind.param)); });

}  // namespace
}  // namespace heapstorm
