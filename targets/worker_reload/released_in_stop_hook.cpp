#include "targets/worker_reload/reload_service.h"
#include "targets/worker_reload/variants.h"

namespace heapstorm::targets::worker_reload {

class ReleasedInStopHook final : public ReloadService {
 public:
  using ReloadService::ReloadService;
  void on_stop() override;
};

// Whatever is in this thread's heap goes while the heap and the thread are still there.
void ReleasedInStopHook::on_stop() {
  release_cache();
  dismiss_visitors();
}

target::Variant describe_released_in_stop_hook() {
  return {.name = "released_in_stop_hook",
          .summary = "the stop hook releases cache and elements while the thread's heap lives",
          .models = "class: a per-thread resource not released, or released wrongly, at thread end",
          .make_module = make_reload_module<ReleasedInStopHook>};
}

}  // namespace heapstorm::targets::worker_reload
