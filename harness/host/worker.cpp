#include "harness/host/worker.h"

#include <fmt/format.h>
#include <sys/prctl.h>

#include "harness/base/check.h"
#include "harness/heap/heap.h"
#include "harness/host/fault_record.h"

namespace heapstorm::host {
namespace {

thread_local Worker* this_worker = nullptr;

}  // namespace

Worker::Worker(const heapstorm_target& table, void* target, std::uint32_t index)
    : table_(table), target_(target), thread_([this, index] { run(index); }) {}

Worker::~Worker() {
  HEAPSTORM_CHECK(!thread_.joinable());
}

bool Worker::wait_until_started() {
  state_ = started_.get_future().get();
  return state_ != nullptr;
}

void Worker::deliver(int socket, std::uint32_t connection) {
  table_.deliver(state_, socket, connection);
}

void Worker::tell(const heapstorm_worker_order& order) {
  order_ = std::uint64_t{order.kind} << 32 | order.time_us;
}

heapstorm_worker_order Worker::take_order_of_this_thread() {
  heapstorm_worker_order order{};
  // A look costs less than an exchange, and a yield point comes often.
  if (this_worker == nullptr || this_worker->order_.load(std::memory_order_relaxed) == 0) return order;
  const std::uint64_t told = this_worker->order_.exchange(0);
  order.kind = static_cast<std::uint32_t>(told >> 32);
  order.time_us = static_cast<std::uint32_t>(told);
  return order;
}

void Worker::wake() {
  if (state_ != nullptr) table_.worker_wake(state_);
}

void Worker::join() {
  thread_.join();
}

void Worker::run(std::uint32_t index) {
  this_worker = this;
  const std::string name = fmt::format("worker-{}", index);
  prctl(PR_SET_NAME, name.c_str());  // ASan learns a thread's name by this call, and not by pthread_setname_np
  heapstorm_thread_register(name.c_str());
  const AlternateStack alternate_stack;
  void* const worker = table_.worker_start(target_, index);
  started_.set_value(worker);
  if (worker != nullptr) {
    table_.worker_run(worker);
    table_.worker_stop(worker);
  }
  heapstorm_thread_retire();
  this_worker = nullptr;
}

}  // namespace heapstorm::host
