// The end of a block's life: its guards are looked at, it waits in quarantine, and what has changed in it by the end is
// reported.
#pragma once

#include <cstdint>

#include "harness/heap/guards/block.h"
#include "harness/heap/guards/process_quarantine.h"
#include "harness/heap/recorder/thread_state.h"

namespace heapstorm::heap {

// The last steps of every free that hot_path.h does not do, legal or repaired, of a block that the caller has claimed.
// `last_state`: QUARANTINED, or MOVED after a reallocation.
void finish_free(ThreadState& state, Block block, std::uint64_t frame_pointer, std::uint32_t last_state);

// The same of an ordinary block whose guards are intact, and that is to be watched whole. `stack`: of the free.
void finish_watched_free(ThreadState& state, Block block, std::uint32_t stack);

// For every free but the owner's ordinary one, which leaves `freed_by` at 0.
void write_freeing_side(ThreadState& state, const Block& block, std::uint64_t frame_pointer);

void report_damaged_guards(ThreadState& state, const Block& block, std::uint64_t frame_pointer);

// A block of the thread's cache goes back to mimalloc, after a last look at it.
void release_cached(ThreadState& state, const Block& block);

// At a thread's retirement: after a last look of the thread itself, its freed blocks wait on in the quarantine of the
// process.
void hand_over_freed_blocks(ThreadState& state);

// Looks at blocks of threads that have ended, and reports those that were written to. Not while the calling thread
// registers.
void check_ended_blocks(ThreadState& state, ProcessQuarantine::Sweep sweep);
// All of them, when the process exits. The main thread has mostly retired by then; `this_thread` registers it again,
// and is called only if there is something to report.
void check_ended_blocks_at_exit(ThreadState& (*this_thread)());

// Brings the clock and the counters up to date, and looks at the blocks of ended threads when it is time for that.
void refresh(ThreadState& state);
// On the way of every allocation that hot_path.h does not count.
inline void count_allocation(ThreadState& state) {
  if (passed(state.allocations_until_refresh) || count_down(state.allocations_until_refresh)) refresh(state);
}

}  // namespace heapstorm::heap
