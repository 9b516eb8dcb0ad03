#include "targets/module_globals/process_global.h"

namespace heapstorm::targets::module_globals {

// DEFECT (class: plain module globals under threads, as before TSRM): one copy for all threads, unsynchronised. A
// message on worker A stores A's block; the next one, on worker B, frees it there. Expected finding: foreign_free, tag
// module_globals, owner A, offender B. And what two workers do to the globals at the same time is a data_race in the
// tsan flavour; in any, under load, a double_free or a use after the free.
Globals* ProcessGlobal::globals() {
  static Globals globals;
  return &globals;
}

}  // namespace heapstorm::targets::module_globals
