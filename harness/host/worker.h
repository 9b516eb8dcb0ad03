// A worker thread of the target: named, with its owner heap, running the plugin's start, run and stop hooks.
#pragma once

#include <atomic>
#include <cstdint>
#include <future>
#include <thread>

#include "harness/abi/target.h"
#include "harness/abi/worker_order.h"

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
  // At its next yield point; in place of what it was told before, if it has not come to one since.
  void tell(const heapstorm_worker_order& order);
  // Of the calling thread, if it is a worker's: what it was told, once. Else, or if nothing: all 0.
  static heapstorm_worker_order take_order_of_this_thread();
  void wake();
  void join();

 private:
  void run(std::uint32_t index);

  const heapstorm_target& table_;
  void* const target_;
  std::promise<void*> started_;
  void* state_ = nullptr;                 // the plugin's
  std::atomic<std::uint64_t> order_ = 0;  // kind and time, as one word; 0: none
  std::thread thread_;
};

}  // namespace heapstorm::host
