#include "targets/worker_reload/reload_service.h"
#include "targets/worker_reload/variants.h"

namespace heapstorm::targets::worker_reload {

class CacheOutlivesHeap final : public ReloadService {
 public:
  using ReloadService::ReloadService;
  void on_stop() override;
};

// DEFECT (class: a per-thread resource not released at thread end): the cache keeps a block of this thread's heap when
// the thread goes. After a reload the new thread in its place opens a connection and releases what it finds. Expected
// finding: owner_exited_free, tag worker_reload, owner worker-N that has exited, offender its successor worker-N.
void CacheOutlivesHeap::on_stop() {
  dismiss_visitors();
}

target::Variant describe_cache_outlives_heap() {
  return {.name = "cache_outlives_heap",
          .summary = "a cache outlives the thread in whose heap its block lies; the thread's successor frees it",
          .models = "class: a per-thread resource not released at thread end",
          .buggy = true,
          .make_module = make_reload_module<CacheOutlivesHeap>,
          .expects = {{"owner_exited_free", "worker_reload"}}};
}

}  // namespace heapstorm::targets::worker_reload
