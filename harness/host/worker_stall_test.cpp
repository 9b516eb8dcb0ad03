// Workers that are told to sleep at their next yield point.
#include <gtest/gtest.h>

#include <chrono>

#include "harness/host/testing/client.h"
#include "harness/host/testing/host_process.h"

namespace heapstorm::host {
namespace {

// Connection n, from 0, goes to worker n modulo 2, and makes one block there.
HostProcess serve(const char* yield_points) {
  return HostProcess({"--plugin", library_path("test_targets/hooks.so"), "--variant", "counts", "--workers", "2",
                      "--dispatch", "round_robin", "--yield-points", yield_points});
}

void ask(std::uint16_t port) {
  EXPECT_NE(Client(port).read_until("\n"), "");
}

constexpr heapstorm_worker_order stall_of(std::uint32_t worker, std::uint32_t time_us) {
  return {.kind = HEAPSTORM_ORDER_STALL, .worker = worker, .time_us = time_us};
}

TEST(WorkerStall, HappensOnceAtTheNextHeapOperationOfThatWorker) {
  HostProcess host = serve("1");
  const std::uint16_t port = host.wait_for_port();
  ASSERT_NE(port, 0);
  host.give(stall_of(1, 1));
  ask(port);
  EXPECT_EQ(host.orders_done(HEAPSTORM_ORDER_STALL), 0u) << "that was worker 0";
  ask(port);
  EXPECT_EQ(host.orders_done(HEAPSTORM_ORDER_STALL), 1u);
  for (int i = 0; i < 4; ++i) ask(port);
  EXPECT_EQ(host.orders_done(HEAPSTORM_ORDER_STALL), 1u);
}

TEST(WorkerStall, IsNotShorterThanItsTime) {
  HostProcess host = serve("1");
  const std::uint16_t port = host.wait_for_port();
  ASSERT_NE(port, 0);
  host.give(stall_of(0, 50'000));
  const auto begin = std::chrono::steady_clock::now();
  ask(port);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(50));
}

TEST(WorkerStall, NeedsSomebodyWhoLooksForOrders) {
  HostProcess host = serve("0");
  const std::uint16_t port = host.wait_for_port();
  ASSERT_NE(port, 0);
  host.give(stall_of(0, 1));
  ask(port);
  ask(port);
  EXPECT_EQ(host.orders_done(HEAPSTORM_ORDER_STALL), 0u);
}

TEST(WorkerStall, OfNobodyAndAnOrderOfNoKindAreIgnored) {
  HostProcess host = serve("1");
  const std::uint16_t port = host.wait_for_port();
  ASSERT_NE(port, 0);
  host.give(stall_of(2, 1));
  host.give({.kind = HEAPSTORM_ORDER_KINDS, .worker = 0, .time_us = 1});
  ask(port);
  ask(port);
  EXPECT_EQ(host.orders_done(HEAPSTORM_ORDER_STALL), 0u);
}

}  // namespace
}  // namespace heapstorm::host
