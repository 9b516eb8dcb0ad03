// A thread beside the workers, for a family whose server has one: asynchronous I/O, a task worker, a timer. It has an
// owner heap of its own.
//
//   HelperThread helper("aio");
//   helper.submit(connection.number(), [] { ... });   // on a worker; runs on the helper
//   helper.finish_submitted();                        // in Service::on_stop
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "harness/heap/heap.h"

namespace heapstorm::target {

// Belongs to the Module, on the main thread, whose destructor joins it. Workers only submit and wait.
class HelperThread {
 public:
  // `name`, at most 15 bytes, is the thread's and its heap's. Returns when the heap is there.
  explicit HelperThread(const char* name);
  // Does what is submitted already, then joins the thread.
  ~HelperThread();
  HelperThread(const HelperThread&) = delete;
  HelperThread& operator=(const HelperThread&) = delete;

  // From any thread. Jobs run one after another, in the order of submission. `connection` is the context of what the
  // job does to heaps.
  void submit(std::uint32_t connection, std::function<void()> job);
  // Waits until all that was submitted before is done. From any thread but the helper.
  void finish_submitted();
  // The helper's own heap.
  heapstorm_heap* heap() const { return heap_; }

 private:
  struct Job {
    std::uint32_t connection;
    std::function<void()> run;  // null: the thread shall end
    explicit operator bool() const { return run != nullptr; }
  };

  void run(const char* name);
  // Waits for the next job.
  Job take();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  bool ending_ = false;
  heapstorm_heap* heap_ = nullptr;
  std::thread thread_;
};

}  // namespace heapstorm::target
