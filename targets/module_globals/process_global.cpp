#include "targets/module_globals/globals_service.h"
#include "targets/module_globals/variants.h"

namespace heapstorm::targets::module_globals {

class ProcessGlobal final : public GlobalsService {
 public:
  explicit ProcessGlobal(const target::Host&) {}

 private:
  Globals* globals() override;
};

// DEFECT (class: plain module globals under threads, as before TSRM): one copy for all threads, unsynchronised. A
// message on worker A stores A's block; the next one, on worker B, frees it there. Expected finding: foreign_free, tag
// module_globals, owner A, offender B. And what two workers do to the globals at the same time is a data_race in the
// tsan flavour; in any, under load, a double_free or a use after the free.
Globals* ProcessGlobal::globals() {
  static Globals globals;
  return &globals;
}

target::Variant describe_process_global() {
  return {.name = "process_global",
          .summary = "plain globals, one copy for all threads",
          .models = "class: plain module globals under threads, as before TSRM",
          .buggy = true,
          .make_module = target::make_module<ProcessGlobal>,
          .expects = {{"foreign_free", "module_globals"}}};
}

}  // namespace heapstorm::targets::module_globals
