#include "targets/module_globals/destructor_on_wrong_thread.h"

namespace heapstorm::targets::module_globals {

// DEFECT (class: a per-thread resource released wrongly at thread end): a thread's copies stay when it ends, and the
// main thread tears all of them down when the module does. What they hold belongs to threads that are gone. One message
// is enough. Expected finding: owner_exited_free, tag module_globals, owner the worker, offender main.
void DestructorOnWrongThread::end_thread(ThreadTable&) {}

}  // namespace heapstorm::targets::module_globals
