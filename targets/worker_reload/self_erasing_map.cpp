#include "targets/worker_reload/reload_service.h"
#include "targets/worker_reload/variants.h"

namespace heapstorm::targets::worker_reload {

class SelfErasingMap final : public ReloadService {
 public:
  using ReloadService::ReloadService;
  void on_stop() override;
};

// DEFECT (class: an element's destructor erases itself from the map that is being destroyed, at thread exit): visitors
// are left to the destructor of their map. It ends a visitor; that strikes itself from the map, which frees its node;
// then the destructor frees the node. One visitor and a worker that stops are enough. Expected finding: double_free,
// tag worker_reload, owner and offender the worker, freed first in ~Visitor.
void SelfErasingMap::on_stop() {
  release_cache();
}

target::Variant describe_self_erasing_map() {
  return {.name = "self_erasing_map",
          .summary = "an element's destructor erases itself from the map that is being destroyed at thread exit",
          .models = "class: a per-thread resource released wrongly at thread end",
          .buggy = true,
          .make_module = make_reload_module<SelfErasingMap>,
          .expects = {{"double_free", "worker_reload"}}};
}

}  // namespace heapstorm::targets::worker_reload
