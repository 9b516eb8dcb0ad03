// Arrival by a timetable: a slow server does not slow it down, and what clients had to wait is in the figures.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "harness/storm/testing/server.h"
#include "harness/storm/testing/small_storm.h"

namespace heapstorm {
namespace {

using std::chrono::milliseconds;
using test::load_of;
using test::Server;
using test::storm;
using test::total_errors;

Load timed_load(Protocol protocol, std::uint32_t connections, std::uint32_t concurrent, std::uint32_t rate_per_s) {
  const Step say = protocol == Protocol::http ? Step(RequestStep{{"/"}, {1, 1}}) : Step(SendStep{"y", {1, 1}});
  Load load = load_of(protocol, connections, concurrent, {say}, {.rst = 1});
  load.arrival = Arrival::open;
  load.phases = {{rate_per_s, rate_per_s}};
  return load;
}

TEST(OpenLoop, ConnectionsBeginAtTheirTimes) {
  Server server(test::echo_frames);
  const StormResult result = storm(timed_load(Protocol::websocket, 40, 10, 200), server.port());
  EXPECT_EQ(result.end, StormEnd::completed);
  EXPECT_EQ(result.connections, 40U);
  EXPECT_EQ(total_errors(result), 0U);
  EXPECT_GE(result.duration_ms, 39U * 5);  // the last one begins after 195 ms
  ASSERT_TRUE(result.open_loop);
  EXPECT_GT(result.open_loop->first_answer_us.p50, 0U);
}

TEST(OpenLoop, AServerThatIsSlowOnceDoesNotHideWhatItMadeOthersWait) {
  // One client at a time: the first holds up the nine that fall due behind it. A closed loop would see one slow answer
  // and nine fast ones.
  Server server([](test::Peer& peer, test::Journal& journal) {
    const bool first = journal.lines().empty();
    journal.add("open");
    peer.read_some();
    if (first) std::this_thread::sleep_for(milliseconds(400));
    peer.write("y");
    peer.read_some();
  });
  const StormResult result = storm(timed_load(Protocol::tcp, 10, 1, 200), server.port());
  EXPECT_EQ(total_errors(result), 0U);
  ASSERT_TRUE(result.open_loop);
  // The second fell due after 5 ms and could not begin before 400, the last after 45 ms.
  EXPECT_EQ(result.open_loop->late_starts, 9U);
  EXPECT_GE(result.open_loop->start_delay_us.p50, 340'000U);
  EXPECT_GE(result.open_loop->first_answer_us.p50, 340'000U);
  EXPECT_GE(result.latency_us.p50, 340'000U);
}

TEST(OpenLoop, WithClientsEnoughASlowServerChangesNoStart) {
  // It answers nobody before all are there. Had a start waited for an answer, they would wait for each other.
  std::atomic<int> arrived = 0;
  Server server([&arrived](test::Peer& peer, test::Journal&) {
    peer.read_head();
    ++arrived;
    for (int i = 0; i < 6000 && arrived < 20; ++i) std::this_thread::sleep_for(milliseconds(5));
    peer.write("HTTP/1.1 204 No Content\r\n\r\n");
    peer.read_some();
  });
  const StormResult result = storm(timed_load(Protocol::http, 20, 20, 100), server.port());
  EXPECT_EQ(total_errors(result), 0U);
  ASSERT_TRUE(result.open_loop);
  EXPECT_EQ(arrived, 20);
  EXPECT_GE(result.open_loop->first_answer_us.max,
            190'000U);  // the first waited for the last, which is due after 190 ms
}

TEST(OpenLoop, ABurstBeginsAtOnce) {
  Server server(test::echo_frames);
  Load load = timed_load(Protocol::websocket, 50, 50, 1);
  load.phases = {{0, 0, 100}, {0, 0, {}, 50}};
  const StormResult result = storm(load, server.port());
  EXPECT_EQ(result.connections, 50U);
  EXPECT_GE(result.duration_ms, 100U);
  EXPECT_EQ(total_errors(result), 0U);
}

TEST(OpenLoop, AClosedLoopHasNoTimetable) {
  Server server(test::echo_bytes);
  EXPECT_FALSE(storm(load_of(Protocol::tcp, 2, 1, {}, {.rst = 1}), server.port()).open_loop);
}

}  // namespace
}  // namespace heapstorm
