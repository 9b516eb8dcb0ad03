#include "targets/module_globals/late_registration.h"

namespace heapstorm::targets::module_globals {

// DEFECT (class: a resource registered while workers run): only the thread that registers gets its copy; the table of
// every other live thread has none. The first message on worker A registers the globals; the first one on worker B
// reads through a null pointer. Expected finding: null_deref, on B (asan:SEGV in the asan flavour).
void LateRegistration::give_to_live_threads(int id) {
  if (ThreadTable* const table = table_of(std::this_thread::get_id())) make_copy(*table, id);
}

}  // namespace heapstorm::targets::module_globals
