#include "harness/host/worker_orders.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string_view>
#include <system_error>

#include "harness/host/control_cells.h"
#include "harness/host/worker.h"

namespace heapstorm::host {

WorkerOrders WorkerOrders::from_environment() {
  const char* const value = std::getenv(HEAPSTORM_ORDERS_FD_VARIABLE);
  if (value == nullptr) return WorkerOrders(-1);
  const std::string_view text = value;
  int descriptor = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), descriptor);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  if (!is_number || fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0) return WorkerOrders(-1);
  fcntl(descriptor, F_SETFL, O_NONBLOCK);
  return WorkerOrders(descriptor);
}

std::optional<heapstorm_worker_order> WorkerOrders::take() {
  heapstorm_worker_order order{};
  const ssize_t bytes = read(descriptor_, &order, sizeof order);  // as they were written: all of it or nothing
  if (bytes == sizeof order) return order;
  if (bytes == 0) descriptor_ = -1;  // The runner has closed its end, and would be found readable for ever.
  return std::nullopt;
}

Status WorkerOrders::carry_out_next(WorkerPool& workers) {
  const auto order = take();
  if (!order || order->kind >= HEAPSTORM_ORDER_KINDS || order->worker >= workers.size()) return Success{};
  if (order->kind != HEAPSTORM_ORDER_RESTART) {
    workers.tell(*order);
    return Success{};
  }
  if (!workers.restart(order->worker)) {
    return Error::environment(fmt::format("worker {} did not start again", order->worker));
  }
  publish_order_done(order->kind);
  return Success{};
}

void carry_out_at_yield_point() {
  const heapstorm_worker_order order = Worker::take_order_of_this_thread();
  if (order.kind != HEAPSTORM_ORDER_STALL || order.time_us == 0) return;
  // Counted first: a target may be stopped while it sleeps.
  publish_order_done(order.kind);
  const timespec duration{static_cast<time_t>(order.time_us / 1'000'000),
                          static_cast<long>(order.time_us % 1'000'000 * 1000)};
  nanosleep(&duration, nullptr);
}

}  // namespace heapstorm::host
