#include "harness/heap/heap.h"
#include "targets/worker_reload/event_loop.h"
#include "targets/worker_reload/variants.h"

namespace heapstorm::targets::worker_reload {

// What the constructor gets outlives it.
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

// DEFECT (models oven-sh/bun#34067, callbacks from native threads): the native module's thread keeps the bare pointer
// of the loop that it shall wake. A connection, a reload of its worker and a connection to the worker's successor: the
// thread then writes to a loop that was freed in a heap whose thread has ended. Expected finding: use_after_free, tag
// worker_reload, owner worker-N that has exited, freed in ~HelperWakesDeadLoop, the writer unknown; in flavour asan,
// use-after-poison on the thread `native`.
HelperWakesDeadLoop::~HelperWakesDeadLoop() {
  loop_->destroy();
}

void HelperWakesDeadLoop::on_open(target::Connection& connection) {
  native_.submit(connection.number(), [&waiter = waiter_, loop = loop_] {
    if (waiter != nullptr) waiter->wake();
    waiter = loop;
  });
}

target::Variant describe_helper_wakes_dead_loop() {
  return {
      .name = "helper_wakes_dead_loop",
      .summary = "a native thread keeps a bare pointer to the loop of a worker, and wakes it when the worker has gone",
      .models = "oven-sh/bun#34067",
      .buggy = true,
      .make_module = make_native_module<HelperWakesDeadLoop>,
      .expects = {{"use_after_free", "worker_reload"}}};
}

}  // namespace heapstorm::targets::worker_reload
