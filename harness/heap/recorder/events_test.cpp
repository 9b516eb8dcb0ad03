// What each thread puts into its ring, and who opened and closed which connections.
#include <gtest/gtest.h>

#include <thread>

#include "harness/heap/testing/heap_child.h"

namespace heapstorm::heap {
namespace {

std::vector<std::uint16_t> kinds_of(const std::vector<heapstorm_box_event>& events) {
  std::vector<std::uint16_t> kinds;
  for (const heapstorm_box_event& event : events) kinds.push_back(event.kind);
  return kinds;
}

using Kinds = std::vector<std::uint16_t>;

TEST(Events, AConnectionIsWrittenWhenItOpensAndWhenItCloses) {
  const HeapChild child(test_options(HEAPSTORM_BACKEND_MIMALLOC), [] {
    const std::uint32_t opener = heapstorm_connection_opened(7, 3);
    heapstorm_event(HEAPSTORM_EVENT_ACTION, 7, 4);
    heapstorm_connection_closed(7, 5, opener);
  });
  ASSERT_TRUE(child.exited_cleanly());
  const auto events = child.events(child.thread(1).slot);
  ASSERT_EQ(kinds_of(events), (Kinds{HEAPSTORM_EVENT_THREAD_START, HEAPSTORM_EVENT_CONNECTION_OPEN,
                                     HEAPSTORM_EVENT_ACTION, HEAPSTORM_EVENT_CONNECTION_CLOSE}));
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].sequence, i + 1);
    EXPECT_EQ(events[i].thread, 1u);
    EXPECT_EQ(events[i].connection, i == 0 ? 0u : 7u);
    EXPECT_GE(events[i].at_us, events[0].at_us);
  }
  EXPECT_EQ(events[0].value, 1u);
  EXPECT_EQ(events[1].value, 3u);
  EXPECT_EQ(events[2].value, 4u);
  EXPECT_EQ(events[3].value, 5u);
}

TEST(Events, AThreadIsWrittenWhenItStartsAndWhenItStops) {
  const HeapChild child(test_options(HEAPSTORM_BACKEND_MIMALLOC), [] {
    std::thread([] {
      heapstorm_thread_register("worker");
      heapstorm_thread_retire();
    }).join();
  });
  ASSERT_TRUE(child.exited_cleanly());
  const auto events = child.events(child.thread(2).slot);
  ASSERT_EQ(kinds_of(events), (Kinds{HEAPSTORM_EVENT_THREAD_START, HEAPSTORM_EVENT_THREAD_STOP}));
  EXPECT_EQ(events[0].value, 2u);
  EXPECT_EQ(events[1].value, 2u);
}

TEST(Events, AFindingIsWrittenWithItsNumber) {
  const HeapChild child(test_options(HEAPSTORM_BACKEND_MIMALLOC), [] {
    void* block = heapstorm_allocate(100, 0);
    heapstorm_free(block);
    heapstorm_free(block);
  });
  const auto events = child.events(child.thread(1).slot);
  ASSERT_EQ(kinds_of(events), (Kinds{HEAPSTORM_EVENT_THREAD_START, HEAPSTORM_EVENT_FINDING}));
  EXPECT_EQ(events[1].value, 0u);
}

TEST(Coverage, CountsWhoOpenedAndWhoClosedAConnection) {
  const HeapChild child(test_options(HEAPSTORM_BACKEND_MIMALLOC), [] {
    const std::uint32_t by_main = heapstorm_connection_opened(1, 0);
    std::thread([by_main] {
      heapstorm_thread_register("worker");
      const std::uint32_t by_worker = heapstorm_connection_opened(2, 0);
      heapstorm_connection_opened(3, 0);
      heapstorm_connection_closed(1, 0, by_main);
      heapstorm_connection_closed(2, 0, by_worker);
    }).join();
  });
  ASSERT_TRUE(child.exited_cleanly());
  const heapstorm_box_connections& counts = child.connections();
  const std::uint32_t main = child.thread(1).slot, worker = child.thread(2).slot;
  EXPECT_EQ(counts.opened[main], 1u);
  EXPECT_EQ(counts.opened[worker], 2u);
  EXPECT_EQ(counts.followed[main][worker], 1u);
  EXPECT_EQ(counts.followed[worker][worker], 1u);
  EXPECT_EQ(counts.followed[worker][main], 0u);
  EXPECT_EQ(counts.closed[main][worker], 1u);
  EXPECT_EQ(counts.closed[worker][worker], 1u);
  EXPECT_EQ(counts.closed[worker][main], 0u);
  EXPECT_EQ(counts.last_opened_by, worker + 1);
}

}  // namespace
}  // namespace heapstorm::heap
