// The way of an ordinary allocate and free with all guards on, once for every processor and once for those that have
// AES and AVX2, which verify a stack by its digest.
#pragma once

#include "harness/heap/recorder/thread_state.h"

namespace heapstorm::heap {

// Whatever the options say.
GuardedPath path_as_chosen();
// For a thread whose `guarded_end` says whether it may take a fast path.
GuardedPath choose_guarded_path(const ThreadState& state);

}  // namespace heapstorm::heap
