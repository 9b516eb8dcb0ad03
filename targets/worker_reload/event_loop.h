// A worker's event loop, and the native module whose thread wakes it: what two variants of this family share. The
// module is one for the process; it has a thread of its own and outlives every worker.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "targets/common/helper_thread.h"
#include "targets/common/service.h"

namespace heapstorm::targets::worker_reload {

// One block of its worker's heap. Any thread may wake it while it lives.
class EventLoop {
 public:
  // The calling thread's, which destroys it. Throws std::bad_alloc.
  static EventLoop* create(std::uint16_t tag);
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  void destroy();
  void wake() { wakeups_.fetch_add(1, std::memory_order_relaxed); }

 private:
  EventLoop() = default;
  ~EventLoop() = default;

  std::atomic<std::uint64_t> wakeups_{0};
};

// The loops that live, by a number that is never used again. Any thread may use it.
class Loops {
 public:
  std::uint64_t add(EventLoop& loop);
  // From then on nobody wakes it.
  void remove(std::uint64_t number);
  // Nothing happens if it has been removed.
  void wake(std::uint64_t number);

 private:
  std::mutex mutex_;
  std::uint64_t last_number_ = 0;
  std::unordered_map<std::uint64_t, EventLoop*> loops_;
};

// The module's thread gets a piece of work for each connection. It tells that one is done when the same worker's next
// one comes, whichever thread has that worker's place by then. `ServiceType::Waiter` is how it remembers whom to tell.
template <typename ServiceType>
class NativeModule final : public target::Module {
 public:
  explicit NativeModule(const target::Host& host) : waiters_(host.worker_count()) {}
  std::unique_ptr<target::Service> start_worker(const target::Host&, std::uint32_t index) override {
    return std::make_unique<ServiceType>(thread_, loops_, waiters_[index]);
  }

 private:
  Loops loops_;
  std::vector<typename ServiceType::Waiter> waiters_;  // one for each worker's place; its thread's only
  target::HelperThread thread_{"native"};              // Ends first.
};

template <typename ServiceType>
std::unique_ptr<target::Module> make_native_module(const target::Host& host) {
  return std::make_unique<NativeModule<ServiceType>>(host);
}

}  // namespace heapstorm::targets::worker_reload
