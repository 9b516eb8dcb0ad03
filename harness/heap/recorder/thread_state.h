// One thread as the heap knows it: its id, its mimalloc heap, its quarantine, its context.
//
// Lifetime: made when the thread registers (or first allocates), retired by heapstorm_thread_retire or at the thread's
// exit. Used by its own thread only, OwnerCell excepted. The memory is recycled through the thread's slot.
#pragma once

#include <mimalloc.h>

#include <cstdint>

#include "harness/abi/black_box.h"
#include "harness/heap/box/event_ring.h"
#include "harness/heap/guards/block_cache.h"
#include "harness/heap/guards/block_list.h"
#include "harness/heap/guards/perturbation.h"
#include "harness/heap/guards/quarantine.h"
#include "harness/heap/recorder/thread_slots.h"
#include "harness/heap/stacks/stack_cache.h"

namespace heapstorm::heap {

struct ThreadState;

// The functions of heap.h for a thread with guards; see allocator/guarded_path.h. What heap.h's own functions were
// given stays where it is.
struct GuardedPath {
  void* (*allocate)(std::size_t bytes, std::uint16_t tag, ThreadState& state, std::uint64_t frame_pointer) = nullptr;
  void (*free)(void* address, ThreadState& state, std::uint64_t frame_pointer) = nullptr;
};

// Counts one thing more on the way to the one that is wanted; true for that one. Compiles to a subtraction and a look
// at its borrow.
inline bool count_down(std::uint32_t& until) {
  return __builtin_sub_overflow(until, 1u, &until);
}
// Whether the wanted one has come and the count was not set anew since.
inline bool passed(std::uint32_t until) {
  return until == ~std::uint32_t{0};
}

struct alignas(64) ThreadState {
  // What every allocate and free touches comes first, on a line of its own.
  // A block below this size, and with this word beside its check, takes the path without guards, or the one with them;
  // 0 both: none does (see use_long_path).
  std::uint32_t bare_end = 0;
  std::uint32_t guarded_end = 0;
  std::uint64_t bare_owner_word = 0;
  std::uint64_t guarded_owner_word = 0;
  std::uint64_t owner_key = 0;  // heapstorm_owner_key of this thread
  OwnerCell* cell = nullptr;
  std::uint32_t connection = 0;
  std::uint32_t action = 0;
  std::uint32_t now_ms = 0;                     // refreshed with each context and every few operations
  std::uint32_t allocations_until_refresh = 0;  // without that one
  std::uint32_t frees = 0;                      // since the last refresh; the box has the sum
  std::uint32_t id = 0;                         // thread id of the black box; what a block's header names as its owner

  // What takes over where the path without guards is off.
  GuardedPath guarded_path;
  std::uint32_t frees_until_watched = 0;  // without that one
  std::uint32_t draw = 0;
  std::uint32_t text = 0;
  bool guarded = false;    // stacks, canaries or a quarantine are on
  bool hooked = false;     // perturbation, failure injection or a stolen block
  bool refreshed = false;  // once at least
  bool reporting = false;  // inside a violation report: a violation of the callback's own is only counted
  bool ending = false;     // the first round of its keys' destructors is on, or over
  std::uint32_t slot = 0;
  heapstorm_box_thread* record = nullptr;
  std::uint32_t* own_pair = nullptr;   // this slot's diagonal cell of the pair matrix
  mi_heap_t* mimalloc_heap = nullptr;  // null once the thread is ending, when mimalloc may delete it any moment
  BlockList remembered_blocks;         // see remember_blocks
  void* stolen = nullptr;              // policy `corrupt`: a foreign block that the next allocation hands out
  EventRing ring;
  StackBounds stack;
  Perturbation perturbation;
  Quarantine quarantine;
  BlockCache cache;
  StackCache stack_cache;
  GuardedPath long_path;  // for whatever the options say

  // Draws when the next block to be watched whole is freed, by the longer path.
  void draw_next_watch();
  // For good: the fast paths are for a thread of which nothing unusual is to be done.
  void use_long_path();
  // Reads the clock and brings the box's counters up to date; before the first allocation, too.
  void refresh_counters();
};

// The calling thread's state, or null. See allocator/thread_life.h for who makes it.
extern thread_local constinit ThreadState* this_thread_state __attribute__((tls_model("initial-exec")));

}  // namespace heapstorm::heap
