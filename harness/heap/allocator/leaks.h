// What a thread leaves behind in its heap when it goes.
#pragma once

#include "harness/heap/recorder/thread_state.h"

namespace heapstorm::heap {

// Lists the thread's live blocks while its mimalloc heap can still be visited; which of them are leaks is decided at
// its retirement.
void remember_blocks(ThreadState& state);

// Counts the live blocks in the thread's record, and reports them if wanted.
void report_leaks(ThreadState& state);

}  // namespace heapstorm::heap
