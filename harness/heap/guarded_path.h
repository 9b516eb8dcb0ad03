// The way of an ordinary allocate and free with all guards on, once for every processor and once for those that have
// AES and AVX2, which verify a stack by its digest.
#pragma once

#include "harness/heap/thread_state.h"

namespace heapstorm::heap {

// For the thread as it is now; to be asked again when its options, its heap or what hooks it change.
GuardedPath choose_guarded_path(const ThreadState& state);

}  // namespace heapstorm::heap
