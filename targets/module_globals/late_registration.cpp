#include "targets/module_globals/tsrm.h"
#include "targets/module_globals/variants.h"

namespace heapstorm::targets::module_globals {

class LateRegistration final : public ResourceManager {
 public:
  using ResourceManager::ResourceManager;

 private:
  void give_to_live_threads(int id) override;
};

// DEFECT (class: a resource registered while workers run): only the thread that registers gets its copy; the table of
// every other live thread has none. The first message on worker A registers the globals; the first one on worker B
// reads through a null pointer. Expected finding: null_deref, on B (asan:SEGV in the asan flavour).
void LateRegistration::give_to_live_threads(int id) {
  if (ThreadTable* const table = table_of(std::this_thread::get_id())) make_copy(*table, id);
}

target::Variant describe_late_registration() {
  return {.name = "late_registration",
          .summary = "a resource registered while workers run, of which only the registering thread gets a copy",
          .models = "class: registration done late by workers",
          .buggy = true,
          .make_module = make_tsrm_module<LateRegistration>,
          .expects = {{"null_deref", ""}},
          .parameters = tsrm_parameters()};
}

}  // namespace heapstorm::targets::module_globals
