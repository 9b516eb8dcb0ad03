#include "harness/heap/heap.h"
#include "targets/worker_reload/event_loop.h"
#include "targets/worker_reload/variants.h"

namespace heapstorm::targets::worker_reload {

// What the constructor gets outlives it.
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

// The worker strikes its loop from the registry before it goes, and the native module's thread keeps a number, for
// which the registry wakes the loop under its lock, or nobody.
LoopRegistry::~LoopRegistry() {
  loops_.remove(number_);
  loop_->destroy();
}

void LoopRegistry::on_open(target::Connection& connection) {
  native_.submit(connection.number(), [&waiter = waiter_, &loops = loops_, number = number_] {
    loops.wake(waiter);
    waiter = number;
  });
}

target::Variant describe_loop_registry() {
  return {.name = "loop_registry",
          .summary = "a worker strikes its loop from a registry, which the native thread asks first",
          .models = "oven-sh/bun#34067",
          .make_module = make_native_module<LoopRegistry>};
}

}  // namespace heapstorm::targets::worker_reload
