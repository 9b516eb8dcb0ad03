#include "harness/runner/faults/order_pipe.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <thread>

namespace heapstorm {
namespace {

using Clock = std::chrono::steady_clock;

// Bounds how long a stepwise storm stands still for a worker that does not end.
constexpr std::chrono::seconds await_deadline{10};
// A restart takes some hundred microseconds.
constexpr std::chrono::microseconds poll_interval{100};

}  // namespace

Result<OrderPipe> OrderPipe::create(bool are_given, BlackBoxFile& box) {
  OrderPipe orders(box);
  if (!are_given) return orders;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
    return Error::environment(std::string("cannot make the pipe for orders to workers: ") + std::strerror(errno));
  }
  orders.reading_ = UniqueFd(ends[0]);
  orders.writing_ = UniqueFd(ends[1]);
  return orders;
}

void OrderPipe::hand_to(ProcessOptions& target) const {
  if (!reading_) return;
  target.environment.emplace_back(HEAPSTORM_ORDERS_FD_VARIABLE, std::to_string(reading_.get()));
  target.inherited_fds.push_back(reading_.get());
}

bool OrderPipe::give(const heapstorm_worker_order& order) {
  if (!writing_) return false;
  std::uint64_t& given = given_[order.kind];
  box_->set_orders_given(order.kind, ++given);  // first: the target may carry it out at once
  if (::write(writing_.get(), &order, sizeof order) == sizeof order) return true;
  // Nobody will carry it out, so nobody may wait for it.
  box_->set_orders_given(order.kind, --given);
  return false;
}

bool OrderPipe::has_open(std::uint32_t kind) const {
  return box_->orders_done(kind) < given_[kind];
}

void OrderPipe::await(std::uint32_t kind, const std::stop_token& stop) const {
  const auto deadline = Clock::now() + await_deadline;
  while (has_open(kind) && !stop.stop_requested() && Clock::now() < deadline) {
    std::this_thread::sleep_for(poll_interval);
  }
}

}  // namespace heapstorm
