#include "targets/module_globals/tsrm.h"
#include "targets/module_globals/variants.h"

namespace heapstorm::targets::module_globals {

class DestructorOnWrongThread final : public ResourceManager {
 public:
  using ResourceManager::ResourceManager;
  void end_thread(ThreadTable& table) override;
};

// DEFECT (class: a per-thread resource released wrongly at thread end): a thread's copies stay when it ends, and the
// main thread tears all of them down when the module does. What they hold belongs to threads that are gone. One message
// is enough. Expected finding: owner_exited_free, tag module_globals, owner the worker, offender main.
void DestructorOnWrongThread::end_thread(ThreadTable&) {}

target::Variant describe_destructor_on_wrong_thread() {
  return {.name = "destructor_on_wrong_thread",
          .summary = "the main thread tears down the copies of all threads",
          .models = "class: a per-thread resource released wrongly at thread end",
          .buggy = true,
          .make_module = make_tsrm_module<DestructorOnWrongThread>,
          .expects = {{"owner_exited_free", "module_globals"}},
          .parameters = tsrm_parameters()};
}

}  // namespace heapstorm::targets::module_globals
