// The Services of this family: they differ only in what they release, or strike out, while the thread's heap still
// lives.
#pragma once

#include "targets/worker_reload/event_loop.h"
#include "targets/worker_reload/reload_service.h"

namespace heapstorm::targets::worker_reload {

class CacheOutlivesHeap final : public ReloadService {
 public:
  using ReloadService::ReloadService;
  void on_stop() override;
};

class SelfErasingMap final : public ReloadService {
 public:
  using ReloadService::ReloadService;
  void on_stop() override;
};

class ReleasedInStopHook final : public ReloadService {
 public:
  using ReloadService::ReloadService;
  void on_stop() override;
};

// ---- with a native module beside the workers. What the constructors get outlives the Service.

class HelperWakesDeadLoop final : public target::Service {
 public:
  using Waiter = EventLoop*;
  HelperWakesDeadLoop(target::HelperThread& native, Loops&, Waiter& waiter) : native_(native), waiter_(waiter) {}
  ~HelperWakesDeadLoop() override;
  void on_open(target::Connection& connection) override;

 private:
  target::HelperThread& native_;
  Waiter& waiter_;
  EventLoop* const loop_ = EventLoop::create(heapstorm_name("worker_reload"));
};

class LoopRegistry final : public target::Service {
 public:
  using Waiter = std::uint64_t;  // a loop's number; 0: nobody
  LoopRegistry(target::HelperThread& native, Loops& loops, Waiter& waiter)
      : native_(native), loops_(loops), waiter_(waiter) {}
  ~LoopRegistry() override;
  void on_open(target::Connection& connection) override;

 private:
  target::HelperThread& native_;
  Loops& loops_;
  Waiter& waiter_;
  EventLoop* const loop_ = EventLoop::create(heapstorm_name("worker_reload"));
  const std::uint64_t number_ = loops_.add(*loop_);
};

}  // namespace heapstorm::targets::worker_reload
