#include "harness/host/worker.h"

#include <fmt/format.h>
#include <sys/prctl.h>

#include "harness/base/check.h"
#include "harness/heap/heap.h"
#include "harness/host/fault_record.h"

namespace heapstorm::host {

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

void Worker::wake() {
  if (state_ != nullptr) table_.worker_wake(state_);
}

void Worker::join() {
  thread_.join();
}

void Worker::run(std::uint32_t index) {
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
}

}  // namespace heapstorm::host
