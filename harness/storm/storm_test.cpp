#include "harness/storm/storm.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "harness/abi/black_box.h"
#include "harness/faults/testing/fault_of.h"
#include "harness/faults/testing/recording_target.h"
#include "harness/storm/testing/server.h"
#include "harness/storm/testing/small_storm.h"

namespace heapstorm {
namespace {

using test::errors;
using test::load_of;
using test::Server;
using test::storm;
using test::total_errors;

static_assert(connection_header == HEAPSTORM_CONNECTION_HEADER);

SendStep send_text(std::string text, std::uint32_t times = 1) {
  return {std::move(text), {times, times}};
}

TEST(Storm, TcpConnectionsAreAnswered) {
  Server server(test::echo_bytes);
  const StormResult result = storm(load_of(Protocol::tcp, 20, 4, {send_text("hello", 3)}, {.fin = 1}), server.port());
  server.finish();
  EXPECT_EQ(result.end, StormEnd::completed);
  EXPECT_EQ(result.attempted, 20U);
  EXPECT_EQ(result.connections, 20U);
  EXPECT_EQ(result.messages, 60U);
  EXPECT_EQ(result.bytes, 2U * 60 * 5);
  EXPECT_EQ(total_errors(result), 0U);
  EXPECT_EQ(server.journal().count("open"), 20U);
}

TEST(Storm, ATextLargerThanTheSocketBuffersComesBackWhole) {
  Server server(test::echo_bytes);
  const std::size_t size = 8'000'000;
  const auto load = load_of(Protocol::tcp, 2, 2, {send_text(std::string(size, 'x'))}, {.rst = 1});
  const StormResult result = storm(load, server.port());
  EXPECT_EQ(total_errors(result), 0U);
  EXPECT_EQ(result.bytes, 2U * 2 * size);
}

TEST(Storm, HttpRequestsOfOneConnectionAreAnsweredInOrder) {
  Server server(test::serve_pages);
  const auto load =
      load_of(Protocol::http, 3, 1, {RequestStep{{"/a"}, {2, 2}}, RequestStep{{"/b"}, {1, 1}}}, {.fin = 1});
  const StormResult result = storm(load, server.port());
  server.finish();
  EXPECT_EQ(total_errors(result), 0U);
  EXPECT_EQ(result.messages, 9U);
  EXPECT_EQ(server.journal().count("2 get /a"), 2U);
  EXPECT_EQ(server.journal().count("2 get /b"), 1U);
  EXPECT_EQ(server.journal().count("4 get /a"), 0U);
}

TEST(Storm, WebSocketSaysWhichConnectionOfThePlanItIs) {
  Server server(test::echo_frames);
  const StormResult result =
      storm(load_of(Protocol::websocket, 10, 3, {send_text("y\n", 2)}, {.rst = 1}), server.port());
  server.finish();
  EXPECT_EQ(result.end, StormEnd::completed);
  EXPECT_EQ(result.connections, 10U);
  EXPECT_EQ(result.messages, 20U);
  EXPECT_EQ(total_errors(result), 0U);
  for (int number = 1; number <= 10; ++number) {
    EXPECT_EQ(server.journal().count(std::to_string(number) + " open"), 1U);
    EXPECT_EQ(server.journal().count(std::to_string(number) + " message y\n"), 2U);
  }
}

TEST(Storm, EveryFrameIsMaskedAndTheSameSeedGivesTheSameBytes) {
  const auto bytes_on_the_wire = [] {
    Server server([](test::Peer& peer, test::Journal& journal) {
      const std::string head = peer.read_head();
      peer.write(test::upgrade_response(head));
      const std::string frame = peer.read_exactly(2 + 4 + 5);
      journal.add(test::header(head, "Sec-WebSocket-Key") +
                  frame);  // Before the reply, after which the next one comes.
      peer.write(test::server_frame(1, "reply"));
      peer.read_some();
    });
    storm(load_of(Protocol::websocket, 2, 1, {send_text("hello")}, {.fin = 1}), server.port());
    server.finish();
    return server.journal().lines();
  };
  const auto first = bytes_on_the_wire();
  ASSERT_EQ(first.size(), 2U);
  EXPECT_NE(first[0], first[1]);
  EXPECT_EQ(first[0].size(), 24U + 11);
  EXPECT_EQ(first[0].find("hello"), std::string::npos);
  EXPECT_EQ(bytes_on_the_wire(), first);
}

TEST(Storm, PingsAreAnsweredAndAreNoReply) {
  Server server([](test::Peer& peer, test::Journal& journal) {
    peer.write(test::upgrade_response(peer.read_head()) + test::server_frame(9, "early"));
    const auto pong = test::read_frame(peer);
    journal.add("pong " + std::to_string(pong.opcode) + " " + pong.payload);
    test::read_frame(peer);
    peer.write(test::server_frame(9, "late"));
    journal.add("then " + std::to_string(test::read_frame(peer).opcode));
    peer.write(test::server_frame(1, "reply"));
    test::note_end(peer, journal, peer.read_some());
  });
  auto load = load_of(Protocol::websocket, 1, 1, {send_text("hello")}, {.fin = 1});
  load.arrival = Arrival::stepwise;
  const StormResult result = storm(load, server.port());
  server.finish();
  EXPECT_EQ(total_errors(result), 0U);
  EXPECT_EQ(server.journal().lines(), (std::vector<std::string>{"pong 10 early", "then 10", " fin"}));
}

// Neither is answered before both are there: one after the other they would get no answer at all.
TEST(Storm, ConnectionsOverlapWithTwoClients) {
  std::atomic<int> arrived = 0;
  Server server([&arrived](test::Peer& peer, test::Journal&) {
    ++arrived;
    for (int i = 0; i < 1000 && arrived < 2; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    if (arrived == 2) peer.write(peer.read_some());
    peer.read_some();
  });
  const StormResult result = storm(load_of(Protocol::tcp, 2, 2, {send_text("x")}, {.rst = 1}), server.port());
  server.finish(2);
  EXPECT_EQ(result.messages, 2U);
  EXPECT_EQ(total_errors(result), 0U);
}

TEST(Storm, StepwiseOpensAllWithATickBetweenBeforeAnyGoesOn) {
  Server server(test::echo_frames);
  auto load = load_of(Protocol::websocket, 3, 1, {send_text("y")}, {.fin = 1});
  load.arrival = Arrival::stepwise;
  struct Journalist : test::RecordingTarget {
    explicit Journalist(test::Journal& of_server) : journal(of_server) {}
    void advance_clock(std::uint32_t seconds) override { journal.add("tick " + std::to_string(seconds)); }
    test::Journal& journal;
  } target(server.journal());
  const std::vector<Fault> faults = {test::fault_of("clock_tick", {{"every_opens", 1}, {"step_s", 5}})};
  FaultSchedule schedule(faults, InjectionSite::in_storm, target);
  StormOptions options;
  options.faults = &schedule;
  const StormResult result = storm(load, server.port(), faults, options);
  server.finish();

  const auto lines = server.journal().lines();
  ASSERT_GE(lines.size(), 6U);
  EXPECT_EQ(std::vector<std::string>(lines.begin(), lines.begin() + 6),
            (std::vector<std::string>{"1 open", "tick 5", "2 open", "tick 5", "3 open", "1 message y"}));
  EXPECT_LT(server.journal().find("1 message y"), server.journal().find("2 message y"));
  EXPECT_LT(server.journal().find("2 message y"), server.journal().find("3 message y"));
  EXPECT_EQ(schedule.injected(faults[0]), 2U);
  EXPECT_EQ(result.connections, 3U);
  EXPECT_EQ(total_errors(result), 0U);
}

TEST(Storm, TheClockTicksByWallTimeWhileTheStormWaits) {
  Server server([](test::Peer& peer, test::Journal&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    peer.write(peer.read_some());
    peer.read_some();
  });
  test::RecordingTarget target;
  const std::vector<Fault> faults = {test::fault_of("clock_tick", {{"every_ms", 10}})};
  FaultSchedule schedule(faults, InjectionSite::in_storm, target);
  StormOptions options;
  options.faults = &schedule;
  const auto load = load_of(Protocol::tcp, 1, 1, {send_text("x")}, {.rst = 1});
  const StormResult result = storm(load, server.port(), faults, options);
  EXPECT_GE(target.deeds.size(), 9U);
  EXPECT_LE(target.deeds.size(), result.duration_ms / 10 + 1);
}

TEST(Storm, ProgressAndLatencyTellWhatHappened) {
  Server server(test::echo_frames);
  StormProgress progress;
  const Plan plan(load_of(Protocol::websocket, 12, 4, {send_text("y", 2)}, {.fin = 1}), {}, 1);
  const StormResult result = run_storm(plan, {"127.0.0.1", server.port()}, {}, progress, {});
  EXPECT_EQ(progress.attempted, 12U);
  EXPECT_EQ(progress.connections, 12U);
  EXPECT_EQ(progress.finished, 12U);
  EXPECT_EQ(progress.open, 0U);
  EXPECT_EQ(progress.errors, 0U);
  EXPECT_EQ(progress.messages, 24U);
  EXPECT_GT(result.latency_us.p50, 0U);
  EXPECT_LE(result.latency_us.p50, result.latency_us.p99);
  EXPECT_LE(result.latency_us.p99, result.latency_us.max);
  EXPECT_GT(result.client_cpu_us_per_connection, 0.0);
}

}  // namespace
}  // namespace heapstorm
