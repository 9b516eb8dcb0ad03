#include "targets/worker_reload/variants.h"

namespace heapstorm::targets::worker_reload {

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

}  // namespace heapstorm::targets::worker_reload
