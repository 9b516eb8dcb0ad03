// A thread's life as the heap sees it: it registers, or is registered at its first allocation, and it retires, at the
// latest when it exits.
#pragma once

#include "harness/heap/recorder/thread_state.h"

namespace heapstorm::heap {

// Registers the calling thread if it is not yet. `name` null: its pthread name.
ThreadState& attach_thread(const char* name);
inline ThreadState& this_thread() {
  ThreadState* state = this_thread_state;
  if (state == nullptr) [[unlikely]]
    return attach_thread(nullptr);
  return *state;
}
void rename_thread(ThreadState& state, const char* name);
// Reports leaks if wanted, checks what waits in quarantine and leaves it to the process.
void retire_thread();

}  // namespace heapstorm::heap
