// One thread as the heap knows it: its id, its mimalloc heap, its quarantine, its context.
//
// Lifetime: made when the thread registers (or first allocates), retired by heapstorm_thread_retire or at the thread's
// exit. Used by its own thread only, OwnerCell excepted. The memory is recycled through the thread's slot.
#pragma once

#include <mimalloc.h>

#include <atomic>
#include <cstdint>

#include "harness/abi/black_box.h"
#include "harness/heap/event_ring.h"
#include "harness/heap/perturbation.h"
#include "harness/heap/quarantine.h"
#include "harness/heap/stack_walk.h"

namespace heapstorm::heap {

// What a foreign thread may read of an owner at any time.
struct alignas(64) OwnerCell {
  std::atomic<std::uint32_t> id{0};  // the thread that has the slot now, 0: none
  // The block that the owner is just freeing; see OwnedBlock::claim_as_owner.
  std::atomic<heapstorm_block_header*> freeing{nullptr};
};

struct ThreadState {
  std::uint32_t id = 0;  // thread id of the black box; what a block's header names as its owner
  std::uint32_t connection = 0;
  std::uint32_t action = 0;
  std::uint32_t text = 0;
  std::uint32_t now_ms = 0;  // refreshed with each context and every few operations
  std::uint32_t operations_until_clock = 0;
  bool hooked = false;     // something unusual is on: events, perturbation, failure injection, stolen blocks
  bool reporting = false;  // inside a violation report: a violation of the callback's own is only counted
  OwnerCell* cell = nullptr;
  heapstorm_box_thread* record = nullptr;
  EventRing ring;
  StackBounds stack;
  StackCache stack_cache;
  Quarantine quarantine;
  Perturbation perturbation;
  void* stolen = nullptr;  // policy `corrupt`: a foreign block that the next allocation hands out
  std::uint32_t slot = 0;
  std::uint32_t* own_pair = nullptr;   // this slot's diagonal cell of the pair matrix
  mi_heap_t* mimalloc_heap = nullptr;  // null once the thread is ending, when mimalloc may delete it any moment
};

// The calling thread's state, or null.
extern thread_local constinit ThreadState* this_thread_state __attribute__((tls_model("initial-exec")));

// Registers the calling thread if it is not yet. `name` null: its pthread name.
ThreadState& attach_thread(const char* name);
inline ThreadState& this_thread() {
  ThreadState* state = this_thread_state;
  if (state == nullptr) [[unlikely]]
    return attach_thread(nullptr);
  return *state;
}
void rename_thread(ThreadState& state, const char* name);
void retire_thread();

// The cell of a live thread by its id, or null if it has retired.
const OwnerCell* find_owner(std::uint32_t id);

}  // namespace heapstorm::heap
