#include "harness/host/worker_pool.h"

#include <chrono>
#include <system_error>
#include <thread>

namespace heapstorm::host {

namespace {

// Together two seconds: longer than a fault that takes all descriptors usually lasts.
constexpr int max_starts = 100;
constexpr std::chrono::milliseconds pause_between_starts{20};

}  // namespace

// Null: the system gave no further thread.
std::unique_ptr<Worker> WorkerPool::make_worker(std::uint32_t index) const {
  try {
    return std::make_unique<Worker>(table_, target_, index);
  } catch (const std::system_error&) {
    return nullptr;
  }
}

bool WorkerPool::start(std::uint32_t count) {
  bool all_started = true;
  for (std::uint32_t index = 0; index < count && all_started; ++index) {
    workers_.push_back(make_worker(index));
    all_started = workers_.back() != nullptr;
  }
  for (const auto& worker : workers_) all_started = worker && worker->wait_until_started() && all_started;
  return all_started;
}

// Null: it did not start, and its thread has ended.
std::unique_ptr<Worker> WorkerPool::make_started_worker(std::uint32_t index) const {
  std::unique_ptr<Worker> worker = make_worker(index);
  if (worker == nullptr || worker->wait_until_started()) return worker;
  worker->join();
  return nullptr;
}

bool WorkerPool::restart(std::uint32_t index) {
  std::unique_ptr<Worker>& worker = workers_[index];
  worker->wake();
  worker->join();
  worker = make_started_worker(index);
  for (int starts = 1; worker == nullptr && starts < max_starts; ++starts) {
    std::this_thread::sleep_for(pause_between_starts);
    worker = make_started_worker(index);
  }
  return worker != nullptr;
}

void WorkerPool::deliver(std::uint32_t number, int socket, std::uint32_t connection) {
  workers_[number % size()]->deliver(socket, connection);
}

void WorkerPool::stop() {
  for (const auto& worker : workers_) {
    if (worker) worker->wake();
  }
  for (const auto& worker : workers_) {
    if (worker) worker->join();
  }
}

}  // namespace heapstorm::host
