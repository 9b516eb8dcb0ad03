#include "targets/worker_reload/variants.h"

namespace heapstorm::targets::worker_reload {

// Whatever is in this thread's heap goes while the heap and the thread are still there.
void ReleasedInStopHook::on_stop() {
  release_cache();
  dismiss_visitors();
}

}  // namespace heapstorm::targets::worker_reload
