#include "targets/worker_reload/variants.h"

namespace heapstorm::targets::worker_reload {

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

}  // namespace heapstorm::targets::worker_reload
