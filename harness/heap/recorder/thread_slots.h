// The live threads by slot, a small number that is used again when its thread has ended: which thread has which slot,
// and on whose stack an address lies.
//
// Thread safety: all functions may be called from any thread after prepare_slots.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "harness/heap/stack_walk.h"

namespace heapstorm::heap {

struct ThreadState;

// What a foreign thread may read of an owner at any time.
struct alignas(64) OwnerCell {
  std::atomic<std::uint32_t> id{0};  // the thread that has the slot now, 0: none
  // The first byte of the block that the owner is just freeing; see claim_as_owner in claim.h.
  std::atomic<std::byte*> freeing{nullptr};
};

struct Slot {
  OwnerCell cell;
  std::atomic<std::uint32_t> taken{0};
  std::uint32_t generations = 0;  // of the thread that has it
  ThreadState* memory = nullptr;  // mapped at the slot's first use, used again by later generations
  // The stack of the thread that the cell names, also for other threads.
  std::atomic<std::uint64_t> stack_low{0};
  std::atomic<std::uint64_t> stack_high{0};
};

// Once in a process, before the first thread attaches. Returns 0 or an errno value.
int prepare_slots();

// The number of the lowest slot that is free, which is the caller's from now on.
std::uint32_t take_slot();
Slot& slot_at(std::uint32_t number);
void publish_stack(Slot& slot, const StackBounds& stack);
void give_slot_back(std::uint32_t number);

// The live thread on whose stack an address lies, or 0.
std::uint32_t thread_with_stack(std::uint64_t address);

// The cell of a live thread by its id, or null if it has retired.
const OwnerCell* find_owner(std::uint32_t id);
bool has_retired(std::uint32_t id);

}  // namespace heapstorm::heap
