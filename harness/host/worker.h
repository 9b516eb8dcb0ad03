// A worker thread of the target: named, with its owner heap, running the plugin's start, run and stop hooks.
#pragma once

#include <cstdint>
#include <future>
#include <thread>

#include "harness/abi/target.h"

namespace heapstorm::host {

// Belongs to the main thread, which calls everything here and joins the thread with `join`. Start it, wait until it has
// started, and only then deliver; wake it once and join it.
class Worker {
 public:
  // `table` and `target` outlive the thread.
  Worker(const heapstorm_target& table, void* target, std::uint32_t index);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Waits until the plugin's worker_start has returned. False: it returned null, and the thread has ended.
  bool wait_until_started();
  void deliver(int socket, std::uint32_t connection);
  void wake();
  void join();

 private:
  void run(std::uint32_t index);

  const heapstorm_target& table_;
  void* const target_;
  std::promise<void*> started_;
  void* state_ = nullptr;  // the plugin's
  std::thread thread_;
};

}  // namespace heapstorm::host
