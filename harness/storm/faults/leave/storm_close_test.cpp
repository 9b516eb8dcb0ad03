// Each close kind as the server sees it, and that a kind of weight 0 is never seen.
#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <thread>

#include "harness/storm/storm.h"
#include "harness/storm/testing/server.h"
#include "harness/storm/testing/small_storm.h"

namespace heapstorm {
namespace {

using test::closes;
using test::load_of;
using test::Server;
using test::storm;
using test::Weights;

constexpr std::uint32_t connections = 60;

struct Seen {
  std::size_t close_frame = 0, fin = 0, rst = 0, other = 0;
};

// A connection that said goodbye by a Close frame ends with FIN too: it counts as close_frame only.
Seen count_ends(const test::Journal& journal) {
  Seen seen;
  for (const std::string& line : journal.lines()) {
    if (line.ends_with(" close_frame 1000")) ++seen.close_frame;
    if (line.ends_with(" fin")) ++seen.fin;
    if (line.ends_with(" rst")) ++seen.rst;
    if (line.ends_with(" other")) ++seen.other;
  }
  seen.fin -= std::min(seen.fin, seen.close_frame);
  return seen;
}

struct Outcome {
  StormResult result;
  Seen seen;
};

Outcome leave(Protocol protocol, Weights weights, const Server::Handler& handler, Arrival arrival = Arrival::closed) {
  Server server(handler);
  std::vector<Step> middle;
  if (protocol == Protocol::http) {
    middle.emplace_back(RequestStep{{"/"}, {1, 2}});
  } else {
    middle.emplace_back(SendStep{"hello", {1, 2}});
  }
  Load load = load_of(protocol, connections, 8, std::move(middle), weights);
  load.arrival = arrival;
  const StormResult result = storm(load, server.port());
  server.finish();
  EXPECT_EQ(test::total_errors(result), 0U);
  EXPECT_EQ(result.connections, connections);
  return {result, count_ends(server.journal())};
}

void expect_count(const StormResult& result, CloseKind kind, std::uint64_t count) {
  EXPECT_EQ(closes(result, kind).planned, count);
  EXPECT_EQ(closes(result, kind).injected, count);
}

TEST(StormClose, RstIsAResetAndNothingElse) {
  for (const auto& [protocol, handler] :
       std::vector<std::pair<Protocol, Server::Handler>>{{Protocol::tcp, test::echo_bytes},
                                                         {Protocol::http, test::serve_pages},
                                                         {Protocol::websocket, test::echo_frames}}) {
    const auto [result, seen] = leave(protocol, {.rst = 1}, handler);
    expect_count(result, CloseKind::rst, connections);
    expect_count(result, CloseKind::fin, 0);
    expect_count(result, CloseKind::close_frame, 0);
    EXPECT_EQ(seen.rst, connections);
    EXPECT_EQ(seen.fin + seen.close_frame + seen.other, 0U);
  }
}

TEST(StormClose, FinIsTheEndOfTheStreamAndNothingElse) {
  for (const auto& [protocol, handler] :
       std::vector<std::pair<Protocol, Server::Handler>>{{Protocol::tcp, test::echo_bytes},
                                                         {Protocol::http, test::serve_pages},
                                                         {Protocol::websocket, test::echo_frames}}) {
    const auto [result, seen] = leave(protocol, {.fin = 1}, handler);
    expect_count(result, CloseKind::fin, connections);
    expect_count(result, CloseKind::rst, 0);
    EXPECT_EQ(seen.fin, connections);
    EXPECT_EQ(seen.rst + seen.close_frame + seen.other, 0U);
  }
}

TEST(StormClose, CloseFrameIsSaidAndAnsweredBeforeTheEndOfTheStream) {
  const auto [result, seen] = leave(Protocol::websocket, {.close_frame = 1}, test::echo_frames);
  expect_count(result, CloseKind::close_frame, connections);
  EXPECT_EQ(seen.close_frame, connections);
  EXPECT_EQ(seen.fin + seen.rst + seen.other, 0U);
}

TEST(StormClose, MixedKindsAreSeenAsOftenAsTheyWerePlannedAndInjected) {
  for (const Arrival arrival : {Arrival::closed, Arrival::stepwise}) {
    const auto [result, seen] =
        leave(Protocol::websocket, {.close_frame = 1, .fin = 1, .rst = 1}, test::echo_frames, arrival);
    expect_count(result, CloseKind::close_frame, seen.close_frame);
    expect_count(result, CloseKind::fin, seen.fin);
    expect_count(result, CloseKind::rst, seen.rst);
    EXPECT_EQ(seen.close_frame + seen.fin + seen.rst, connections);
    EXPECT_GT(std::min({seen.close_frame, seen.fin, seen.rst}), 0U);
  }
}

TEST(StormClose, FinIsNoResetAlthoughUnreadBytesHadArrived) {
  Server server([](test::Peer& peer, test::Journal& journal) {
    peer.write(peer.read_some() + std::string(2000, 'x'));
    peer.read_some();
    test::note_end(peer, journal, "1");
  });
  auto load = load_of(Protocol::tcp, 20, 2, {SendStep{"hello", {1, 1}}}, {.fin = 1});
  storm(load, server.port());
  server.finish();
  EXPECT_EQ(server.journal().count("1 fin"), 20U);
}

TEST(StormClose, AServerThatDoesNotAnswerTheCloseFrameIsAnError) {
  Server server([](test::Peer& peer, test::Journal&) {
    peer.write(test::upgrade_response(peer.read_head()));
    while (!peer.read_some().empty()) {
    }
  });
  const StormResult result = storm(load_of(Protocol::websocket, 2, 2, {}, {.close_frame = 1}), server.port());
  EXPECT_EQ(closes(result, CloseKind::close_frame).injected, 2U);
  EXPECT_EQ(test::errors(result, Phase::close, ETIMEDOUT), 2U);
}

// A storm that is cut short shows no kind that the plan has not, either.
// It answers before it has read the message, of which the rest keeps the Close frame in the client.
TEST(StormClose, ACloseFrameThatTheKernelDoesNotTakeIsNotInjected) {
  std::atomic<bool> over = false;
  Server server([&over](test::Peer& peer, test::Journal&) {
    peer.write(test::upgrade_response(peer.read_head()) + test::server_frame(1, "soon"));
    peer.read_exactly(14);
    peer.write(test::server_frame(1, "fine"));
    for (int i = 0; i < 2000 && !over; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  });
  StormOptions options;
  options.timeouts.close_us = second_us / 5;
  const SendStep large{std::string(16'000'000, 'x'), {1, 1}};
  const StormResult result =
      storm(load_of(Protocol::websocket, 1, 1, {large}, {.close_frame = 1}), server.port(), {}, options);
  over = true;
  EXPECT_EQ(closes(result, CloseKind::close_frame).planned, 1U);
  EXPECT_EQ(closes(result, CloseKind::close_frame).injected, 0U);
  EXPECT_EQ(test::errors(result, Phase::close, ETIMEDOUT), 1U);
}

TEST(StormClose, AStormThatIsCutShortResetsNothingWithoutRstInThePlan) {
  Server server([](test::Peer& peer, test::Journal& journal) {
    peer.write(test::upgrade_response(peer.read_head()));
    while (!peer.read_some().empty()) {
    }
    test::note_end(peer, journal, "1");
  });
  StormOptions options;
  options.time_limit_ms = 1000;
  const auto load = load_of(Protocol::websocket, 4, 4, {SendStep{"hello", {1, 1}}}, {.fin = 1});
  const StormResult result = storm(load, server.port(), {}, options);
  server.finish();
  EXPECT_EQ(result.end, StormEnd::time_limit);
  EXPECT_EQ(server.journal().count("1 fin"), 4U);
  EXPECT_EQ(closes(result, CloseKind::fin).planned, 4U);
  EXPECT_EQ(closes(result, CloseKind::fin).injected, 0U);
}

}  // namespace
}  // namespace heapstorm
