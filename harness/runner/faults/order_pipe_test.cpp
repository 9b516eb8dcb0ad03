// Orders on their way to target_host, when it does not read them.
#include "harness/runner/faults/order_pipe.h"

#include <gtest/gtest.h>

namespace heapstorm {
namespace {

constexpr heapstorm_worker_order stall{.kind = HEAPSTORM_ORDER_STALL, .worker = 0, .time_us = 1};
constexpr heapstorm_worker_order restart{.kind = HEAPSTORM_ORDER_RESTART, .worker = 0, .time_us = 0};

TEST(OrderPipe, WithoutAPipeNothingIsGiven) {
  const auto box = BlackBoxFile::create(std::uint64_t{1} << 20);
  auto orders = OrderPipe::create(false, *box.value());
  EXPECT_FALSE(orders.value().give(restart));
  EXPECT_FALSE(orders.value().has_open(HEAPSTORM_ORDER_RESTART));
}

// As when the target is stopped for some seconds.
TEST(OrderPipe, NobodyWaitsForAnOrderThatNoLongerFittedIntoThePipe) {
  const auto box = BlackBoxFile::create(std::uint64_t{1} << 20);
  auto orders = OrderPipe::create(true, *box.value());
  std::uint64_t given = 0;
  while (given < 1'000'000 && orders.value().give(stall)) ++given;
  EXPECT_GT(given, 1000u);
  EXPECT_LT(given, 1'000'000u);
  EXPECT_EQ(box.value()->control().orders_given[HEAPSTORM_ORDER_STALL], given);

  EXPECT_FALSE(orders.value().give(restart));
  EXPECT_FALSE(orders.value().has_open(HEAPSTORM_ORDER_RESTART));
  EXPECT_EQ(box.value()->control().orders_given[HEAPSTORM_ORDER_RESTART], 0u);
}

}  // namespace
}  // namespace heapstorm
