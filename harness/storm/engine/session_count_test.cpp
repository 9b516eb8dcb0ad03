// What became of the sessions, and what was answered: every session is counted once, and each one that was cut is one
// error.
#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <map>
#include <memory>
#include <thread>

#include "harness/storm/client/tally.h"
#include "harness/storm/testing/server.h"
#include "harness/storm/testing/small_storm.h"

namespace heapstorm {
namespace {

using test::errors;
using test::load_of;
using test::message;
using test::Server;
using test::storm;
using test::total_errors;

using Statuses = std::map<int, std::uint64_t>;

Load talk(Protocol protocol, std::uint32_t connections, std::uint32_t times = 3) {
  return load_of(protocol, connections, 4, {message(protocol, times)}, {.fin = 1});
}

std::string response(int status) {
  return "HTTP/1.1 " + std::to_string(status) + " Something\r\nContent-Length: 2\r\n\r\nno";
}

// The requests of all connections are numbered from 1; answers each by the status that `status_of` says.
Server::Handler serve_statuses(int (*status_of)(int)) {
  return [status_of, asked = std::make_shared<std::atomic<int>>(0)](test::Peer& peer, test::Journal&) {
    while (!peer.read_head().empty()) peer.write(response(status_of(++*asked)));
  };
}

TEST(SessionCount, OneThatLeavesAsPlannedIsCompletedHoweverRudeItIs) {
  Server server(test::echo_frames);
  Load load = load_of(Protocol::websocket, 60, 4, {message(Protocol::websocket, 2)},
                      {.close_frame = 1, .fin = 1, .rst = 1, .rst_unread = 1, .half_close = 1, .mid_handshake = 1});
  const StormResult result = storm(load, server.port());
  EXPECT_EQ(result.sessions, (SessionCounts{.completed = 60}));
  EXPECT_EQ(result.sessions->begun(), result.attempted);
  EXPECT_EQ(result.answers->count, result.messages);
  EXPECT_EQ(result.answers->statuses, (Statuses{{101, result.connections}}));
}

TEST(SessionCount, ASessionThatTheServerCutsIsOneError) {
  Server slams([](test::Peer&, test::Journal&) {});
  for (const Protocol protocol : {Protocol::tcp, Protocol::http, Protocol::websocket}) {
    const StormResult result = storm(talk(protocol, 30), slams.port());
    EXPECT_EQ(result.sessions, (SessionCounts{.cut = 30})) << to_string(protocol);
    EXPECT_EQ(total_errors(result), 30U) << to_string(protocol);
    EXPECT_EQ(result.answers, AnswerFigures{}) << to_string(protocol);
  }
}

TEST(SessionCount, ASessionThatIsCutAfterItsFirstAnswerIsCutAndItsAnswerCounts) {
  Server server([](test::Peer& peer, test::Journal&) {
    peer.read_head();
    peer.write(response(200));
  });
  const StormResult result = storm(talk(Protocol::http, 10), server.port());
  EXPECT_EQ(result.sessions, (SessionCounts{.cut = 10}));
  EXPECT_EQ(total_errors(result), 10U);
  EXPECT_EQ(result.answers->count, 10U);
  EXPECT_EQ(result.answers->statuses, (Statuses{{200, 10}}));
}

TEST(SessionCount, ARefusedHandshakeIsKnownByItsStatusAndStaysAnError) {
  Server server([asked = std::make_shared<std::atomic<int>>(0)](test::Peer& peer, test::Journal& journal) {
    if (++*asked % 10 == 0) return test::echo_frames(peer, journal);
    peer.read_head();
    peer.write(response(401));
    peer.read_some();
  });
  const StormResult result = storm(talk(Protocol::websocket, 50), server.port());
  EXPECT_EQ(result.sessions, (SessionCounts{.completed = 5, .cut = 45}));
  EXPECT_EQ(result.answers->statuses, (Statuses{{101, 5}, {401, 45}}));
  EXPECT_EQ(errors(result, Phase::handshake, EPROTO), 45U);
  EXPECT_EQ(result.answers->count, 15U);
}

TEST(SessionCount, RequestsAreCountedByStatus) {
  Server server(serve_statuses([](int number) { return number % 3 == 0 ? 500 : number % 3 == 1 ? 200 : 302; }));
  const StormResult result = storm(talk(Protocol::http, 20), server.port());
  EXPECT_EQ(result.sessions, (SessionCounts{.completed = 20}));
  EXPECT_EQ(result.answers->statuses, (Statuses{{200, 20}, {302, 20}, {500, 20}}));
  EXPECT_EQ(result.answers->count, 60U);
}

TEST(SessionCount, AClientThatBreaksTheProtocolAndIsThrownOutIsExcused) {
  Server server([](test::Peer& peer, test::Journal&) {
    peer.write(test::upgrade_response(peer.read_head()));
    test::read_frame(peer);
    peer.write(test::server_frame(8, "\x03\xea"));
  });
  MisbehaveStep step;
  step.weights[static_cast<std::size_t>(ProtocolFault::bad_opcode)] = 1;
  const Load load = load_of(Protocol::websocket, 12, 4, {step, message(Protocol::websocket, 1)}, {.fin = 1});
  const StormResult result = storm(load, server.port());
  EXPECT_EQ(result.sessions, (SessionCounts{.excused = 12}));
  EXPECT_EQ(total_errors(result), 0U);
}

TEST(SessionCount, WhatAServerSaysToAClientThatIsTooSlowForItIsNoStatusOfItsAnswers) {
  Server server([](test::Peer& peer, test::Journal&) {
    peer.read_exactly(4);
    peer.write(response(408));
  });
  MisbehaveStep step;
  step.weights[static_cast<std::size_t>(ProtocolFault::slow_write)] = 1;
  step.amounts[static_cast<std::size_t>(ProtocolFault::slow_write)] = {1, 1};
  const StormResult result =
      storm(load_of(Protocol::websocket, 4, 4, {step, message(Protocol::websocket, 1)}, {.fin = 1}), server.port());
  EXPECT_EQ(result.answers->statuses, Statuses{});
}

TEST(SessionCount, OneThatTheStormsEndOvertakesIsUnfinishedAndNoError) {
  Server server([](test::Peer& peer, test::Journal&) {
    while (!peer.read_some().empty()) {
    }
  });
  StormOptions options;
  options.time_limit_ms = 150;
  const StormResult result = storm(talk(Protocol::websocket, 100), server.port(), {}, options);
  EXPECT_EQ(result.end, StormEnd::time_limit);
  EXPECT_EQ(result.sessions, (SessionCounts{.unfinished = 4}));
  EXPECT_EQ(total_errors(result), 0U);
}

// The two waits of one client do not overlap, so together they are not longer than the storm; a histogram may be a few
// percent off.
TEST(SessionCount, TheTimeToAnAnswerIsThatFromItsOwnMessage) {
  Server server([](test::Peer& peer, test::Journal&) {
    for (std::string text = peer.read_exactly(5); text.size() == 5; text = peer.read_exactly(5)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      peer.write(text);
    }
  });
  Load load = talk(Protocol::tcp, 1, 2);
  load.concurrent = 1;
  const StormResult result = storm(load, server.port());
  const LatencyUs& latency = result.answers->latency_us;
  EXPECT_EQ(result.answers->count, 2U);
  EXPECT_GE(latency.max, 100'000U);
  EXPECT_LE(latency.p50 + latency.max, (result.duration_ms + 1) * 1100);
}

TEST(Tally, MergesSessionsStatusesAndAnswers) {
  StormProgress progress;
  Tally one(progress);
  Tally other(progress);
  one.on_finish(false, SessionEnd::completed);
  one.on_status(200);
  one.on_answered(10);
  one.on_partial_answer(true);
  one.on_farewell("with code 1001");
  other.on_partial_answer(true);
  other.on_partial_answer(false);
  for (const char* words : {"with code 1001", "with code 1011"}) other.on_farewell(words);
  for (const SessionEnd end : {SessionEnd::completed, SessionEnd::cut, SessionEnd::excused, SessionEnd::unfinished})
    other.on_finish(false, end);
  for (const int status : {99, 100, 200, 999, 1000, 0, -1}) other.on_status(status);
  other.on_answered(2000);
  one.merge(other);
  const StormResult result = one.result();
  EXPECT_EQ(result.sessions, (SessionCounts{2, 1, 1, 1}));
  EXPECT_EQ(result.answers->statuses, (Statuses{{100, 1}, {200, 2}, {999, 1}}));
  EXPECT_EQ(result.answers->count, 2U);
  EXPECT_EQ(result.partial_answers.timed_out, 2U);
  EXPECT_EQ(result.partial_answers.ended, 1U);
  EXPECT_EQ(result.farewells, (std::map<std::string, std::uint64_t>{{"with code 1001", 2}, {"with code 1011", 1}}));
  EXPECT_EQ(result.answers->latency_us.p50, 10U);
  EXPECT_EQ(result.answers->latency_us.max, 2000U);
}

}  // namespace
}  // namespace heapstorm
