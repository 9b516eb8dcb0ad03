#include "targets/worker_reload/variants.h"

namespace heapstorm::targets::worker_reload {

// DEFECT (class: an element's destructor erases itself from the map that is being destroyed, at thread exit): visitors
// are left to the destructor of their map. It ends a visitor; that strikes itself from the map, which frees its node;
// then the destructor frees the node. One visitor and a worker that stops are enough. Expected finding: double_free,
// tag worker_reload, owner and offender the worker, freed first in ~Visitor.
void SelfErasingMap::on_stop() {
  release_cache();
}

}  // namespace heapstorm::targets::worker_reload
