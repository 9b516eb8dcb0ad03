#include "targets/worker_reload/variants.h"

namespace heapstorm::targets::worker_reload {

// DEFECT (class: a per-thread resource not released at thread end): the cache keeps a block of this thread's heap when
// the thread goes. After a reload the new thread in its place opens a connection and releases what it finds. Expected
// finding: owner_exited_free, tag worker_reload, owner worker-N that has exited, offender its successor worker-N.
void CacheOutlivesHeap::on_stop() {
  dismiss_visitors();
}

}  // namespace heapstorm::targets::worker_reload
