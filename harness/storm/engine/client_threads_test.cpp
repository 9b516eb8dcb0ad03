// One storm on several threads: the same plan, each connection once, and the counts of all.
#include "harness/storm/engine/client_threads.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <thread>

#include "harness/faults/testing/fault_of.h"
#include "harness/faults/testing/recording_target.h"
#include "harness/storm/arrival/connection_queue.h"
#include "harness/storm/client/tally.h"
#include "harness/storm/testing/server.h"
#include "harness/storm/testing/small_storm.h"

namespace heapstorm {
namespace {

using test::load_of;
using test::Server;
using test::storm;

constexpr std::uint32_t threads = 3;

Load shared(Load load) {
  load.client_threads = threads;
  return load;
}

TEST(ConnectionQueue, HandsOutEachNumberOnceToWhoeverAsks) {
  constexpr std::uint32_t connections = 100'000;
  ConnectionQueue queue(connections);
  std::vector<std::vector<std::uint32_t>> taken(4);
  {
    std::vector<std::jthread> takers;
    for (auto& mine : taken) {
      takers.emplace_back([&] {
        while (const auto number = queue.take()) mine.push_back(*number);
      });
    }
  }
  std::set<std::uint32_t> all;
  for (const auto& mine : taken) {
    EXPECT_TRUE(std::is_sorted(mine.begin(), mine.end()));
    all.insert(mine.begin(), mine.end());
  }
  EXPECT_EQ(all.size(), connections);
  EXPECT_EQ(*all.begin(), 1U);
  EXPECT_EQ(*all.rbegin(), connections);
  EXPECT_TRUE(queue.is_empty());
  EXPECT_FALSE(queue.is_closed());
}

TEST(ConnectionQueue, HandsOutNothingOnceClosed) {
  ConnectionQueue queue(10);
  EXPECT_EQ(queue.take(), 1U);
  queue.close();
  EXPECT_TRUE(queue.is_closed());
  EXPECT_TRUE(queue.is_empty());
  EXPECT_FALSE(queue.take());
}

TEST(Tally, AddsToTheProgressThatAllEnginesShare) {
  constexpr std::uint64_t messages = 200'000;
  StormProgress progress;
  Tally one(progress);
  Tally other(progress);
  const auto count = [](Tally& tally) {
    for (std::uint64_t i = 0; i < messages; ++i) tally.on_message();
  };
  {
    const std::jthread second(count, std::ref(other));
    count(one);
  }
  EXPECT_EQ(progress.messages, 2 * messages);
  one.merge(other);
  EXPECT_EQ(one.result().messages, 2 * messages);
}

TEST(ClientThreads, LeaveTheServerHalfOfTheProcessorsAndAreNotMoreThanTheirClientsNeed) {
  Load load = load_of(Protocol::tcp, 1000, 200, {}, {.fin = 1});
  EXPECT_EQ(client_thread_count(load, 1), 1U);
  EXPECT_EQ(client_thread_count(load, 2), 1U);
  EXPECT_EQ(client_thread_count(load, 4), 2U);
  EXPECT_EQ(client_thread_count(load, 64), 6U);
  load.concurrent = 63;
  EXPECT_EQ(client_thread_count(load, 64), 1U);
  load.client_threads = 5;
  EXPECT_EQ(client_thread_count(load, 1), 5U);
}

TEST(ClientThreads, AreOneWhereConnectionsWaitForEachOther) {
  const Load load = shared(load_of(Protocol::tcp, 1000, 200, {}, {.fin = 1}));
  Load other = load;
  other.arrival = Arrival::stepwise;
  EXPECT_EQ(client_thread_count(other, 64), 1U);
  other = load;
  other.warm_up = 4;
  EXPECT_EQ(client_thread_count(other, 64), 1U);
  other = load;
  other.held = 4;
  EXPECT_EQ(client_thread_count(other, 64), 1U);
}

TEST(ClientThreads, BeginEachConnectionOnceAndCountAll) {
  Server server(test::echo_frames);
  const Load load =
      shared(load_of(Protocol::websocket, 200, 20, {SendStep{"y", {2, 2}}}, {.close_frame = 1, .fin = 1, .rst = 1}));
  StormProgress progress;
  const StormResult result = run_storm(Plan(load, {}, 7), {"127.0.0.1", server.port()}, {}, progress, {});
  server.finish();
  EXPECT_EQ(result.client_threads, threads);
  EXPECT_EQ(result.end, StormEnd::completed);
  EXPECT_EQ(result.attempted, 200U);
  EXPECT_EQ(result.connections, 200U);
  EXPECT_EQ(result.messages, 400U);
  EXPECT_EQ(test::total_errors(result), 0U);
  EXPECT_GT(result.latency_us.p50, 0U);
  EXPECT_GT(result.client_cpu_us_per_connection, 0.0);
  EXPECT_EQ(progress.attempted, 200U);
  EXPECT_EQ(progress.finished, 200U);
  EXPECT_EQ(progress.open, 0U);
  EXPECT_EQ(progress.messages, 400U);
  for (std::uint32_t number = 1; number <= 200; ++number)
    EXPECT_EQ(server.journal().count(std::to_string(number) + " open"), 1U) << number;
}

// The draws of a plan do not know on which thread they are carried out.
TEST(ClientThreads, CarryOutTheSamePlan) {
  Load load = load_of(Protocol::websocket, 120, 12, {SendStep{"y", {1, 3}}},
                      {.close_frame = 2, .fin = 2, .rst = 1, .mid_handshake = 2, .mid_frame = 1, .silent = 1});
  MisbehaveStep misbehave;
  misbehave.weights[static_cast<std::size_t>(ProtocolFault::none)] = 3;
  misbehave.weights[static_cast<std::size_t>(ProtocolFault::bad_opcode)] = 1;
  load.session.insert(load.session.begin() + 1, misbehave);
  const std::string hash = Plan(load, {}, 7).hash();
  std::vector<StormResult> results;
  for (const std::uint32_t count : {1U, threads}) {
    Server server(test::echo_frames);
    load.client_threads = count;
    EXPECT_EQ(Plan(load, {}, 7).hash(), hash);
    results.push_back(storm(load, server.port()));
    EXPECT_EQ(results.back().client_threads, count);
  }
  for (std::size_t kind = 0; kind < close_kind_count; ++kind) {
    EXPECT_EQ(results[0].closes[kind].planned, results[1].closes[kind].planned);
    EXPECT_EQ(results[0].closes[kind].injected, results[1].closes[kind].injected);
  }
  for (std::size_t fault = 0; fault < protocol_fault_count; ++fault) {
    EXPECT_EQ(results[0].faults[fault].planned, results[1].faults[fault].planned);
    EXPECT_EQ(results[0].faults[fault].injected, results[1].faults[fault].injected);
    EXPECT_EQ(results[0].faults[fault].answers, results[1].faults[fault].answers);
  }
}

// One connection takes long. Mostly it is not one of the thread that conducts, which then has nothing else to do.
void storm_that_ticks_to_its_end() {
  std::atomic<int> served = 0;
  Server server([&served](test::Peer& peer, test::Journal&) {
    if (served++ == 0) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    peer.write(peer.read_some());
    peer.read_some();
  });
  struct CalledByOne : test::RecordingTarget {
    void advance_clock(std::uint32_t seconds) override {
      EXPECT_EQ(std::this_thread::get_id(), caller);
      test::RecordingTarget::advance_clock(seconds);
    }
    std::thread::id caller = std::this_thread::get_id();
  } target;
  const std::vector<Fault> faults = {test::fault_of("clock_tick", {{"every_ms", 10}})};
  FaultSchedule schedule(faults, InjectionSite::in_storm, target);
  StormOptions options;
  options.faults = &schedule;
  const Load load = shared(load_of(Protocol::tcp, threads, threads, {SendStep{"x", {1, 1}}}, {.rst = 1}));
  const StormResult result = storm(load, server.port(), faults, options);
  EXPECT_EQ(result.connections, threads);
  EXPECT_GE(target.deeds.size(), 9U);
  EXPECT_LE(target.deeds.size(), result.duration_ms / 10 + 1);
}

TEST(ClientThreads, TheClockTicksOnceForAllUntilTheLastConnectionIsOver) {
  for (int i = 0; i < 8; ++i) storm_that_ticks_to_its_end();
}

StormResult storm_to_a_goal(Load load, std::uint16_t port) {
  load.until = Goal::pairs;
  StormOptions options;
  int asked = 0;
  options.reached_goal = [&asked](Goal) { return ++asked == 5; };
  return storm(load, port, {}, options);
}

TEST(ClientThreads, AllEndWhenTheGoalIsReached) {
  Server server(test::echo_bytes);
  const Load load = shared(load_of(Protocol::tcp, 1'000'000, 12, {SendStep{"y", {1, 1}}}, {.fin = 1}));
  const StormResult result = storm_to_a_goal(load, server.port());
  server.finish();
  EXPECT_EQ(result.end, StormEnd::completed);
  ASSERT_TRUE(result.until && result.until->reached);
  EXPECT_EQ(result.until->connections, result.attempted);
  EXPECT_EQ(result.connections, result.attempted);
  EXPECT_EQ(test::closes(result, CloseKind::fin).injected, result.attempted);
  EXPECT_LT(result.attempted, 1'000'000U);
}

TEST(ClientThreads, GiveUpTheConnectionsThatTheyWaitForWhenTheGoalIsReached) {
  Server server(test::echo_bytes);
  Load load = shared(load_of(Protocol::tcp, 11, 3, {SendStep{"y", {1, 1}}}, {.fin = 1}));
  load.arrival = Arrival::open;
  load.phases = {{.burst = 1}, {.for_ms = 3'600'000}, {.burst = 10}};
  const StormResult result = storm_to_a_goal(load, server.port());
  EXPECT_EQ(result.end, StormEnd::completed);
  EXPECT_EQ(result.attempted, 1U);
}

TEST(ClientThreads, ShareATimetable) {
  Server server(test::echo_bytes);
  Load load = shared(load_of(Protocol::tcp, 100, 30, {SendStep{"y", {1, 1}}}, {.fin = 1}));
  load.arrival = Arrival::open;
  load.phases = {{1000, 1000}};
  const StormResult result = storm(load, server.port());
  EXPECT_EQ(result.client_threads, threads);
  EXPECT_EQ(result.connections, 100U);
  EXPECT_EQ(test::total_errors(result), 0U);
  ASSERT_TRUE(result.open_loop);
  EXPECT_GE(result.duration_ms, 98U) << "a thread began before the connections' time";
}

TEST(ClientThreads, AllEndAtTheLimitOfTimeAndByTheStopToken) {
  Server server([](test::Peer& peer, test::Journal&) {
    while (!peer.read_some().empty()) continue;  // and no answer
  });
  const Load load = shared(load_of(Protocol::tcp, 1000, 12, {SendStep{"y", {1, 1}}}, {.fin = 1}));
  StormOptions options;
  options.time_limit_ms = 100;
  EXPECT_EQ(storm(load, server.port(), {}, options).end, StormEnd::time_limit);
  StormProgress progress;
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(run_storm(Plan(load, {}, 7), {"127.0.0.1", server.port()}, {}, progress, stop.get_token()).end,
            StormEnd::stopped);
}

TEST(ClientThreads, FindADeadServer) {
  const std::uint16_t port = test::unused_port();
  EXPECT_EQ(storm(shared(load_of(Protocol::tcp, 10000, 12, {}, {.fin = 1})), port).end, StormEnd::refused);
  // Too few for each thread to be sure alone.
  const StormResult few = storm(shared(load_of(Protocol::tcp, 4, 4, {}, {.fin = 1})), port);
  EXPECT_EQ(few.end, StormEnd::refused);
  EXPECT_EQ(few.attempted, 4U);
}

TEST(ClientThreads, EachHasProcessesToKill) {
  Server server(test::echo_bytes);
  const Load load = shared(load_of(Protocol::tcp, 12, 6, {SendStep{"y", {1, 1}}}, {.process_kill = 1}));
  const StormResult result = storm(load, server.port());
  EXPECT_EQ(test::closes(result, CloseKind::process_kill).injected, 12U);
  EXPECT_EQ(test::total_errors(result), 0U);
}

}  // namespace
}  // namespace heapstorm
