// Where a block's memory comes from and goes to: the calling thread's mimalloc heap in the black box, or the process's
// malloc.
#pragma once

#include <bit>
#include <cstddef>

#include "harness/heap/allocator/system_registry.h"
#include "harness/heap/guards/block.h"
#include "harness/heap/recorder/process_heaps.h"
#include "harness/heap/recorder/thread_state.h"

namespace heapstorm::heap {

// Aligned to 16 bytes; null when there is none.
void* take_memory_slowly(std::size_t bytes);
inline void* take_memory(const ThreadState& state, std::size_t bytes) {
  const UnseenByTsan unseen;
  if (state.mimalloc_heap != nullptr) [[likely]]
    return mi_heap_malloc(state.mimalloc_heap, bytes);
  return take_memory_slowly(bytes);
}

// Gives an allocation back; any thread may (mimalloc queues a foreign one for its page's owner).
void give_back_to_system(const Block& block);
// From the allocation's start to the end of the tail, in the block's present size.
inline std::size_t allocation_bytes(const Block& block) {
  auto before = static_cast<std::size_t>(block.first() - static_cast<std::byte*>(block.allocation()));
  return before + block.size() + heaps().format.tail_bytes;
}
inline void give_memory_back(const Block& block) {
  void* allocation = block.allocation();
  unpoison(allocation, allocation_bytes(block));
  if (heaps().uses_system_backend()) [[unlikely]]
    return give_back_to_system(block);
  announce_death(allocation, allocation_bytes(block));
  const UnseenByTsan unseen;
  mi_free(allocation);
}

// How many bytes the block could have without moving.
std::size_t capacity_of(const Block& block);

// True if the 48 bytes before `address` are memory where a block's header could be. Never faults.
inline bool may_be_arena_block(const ProcessHeaps& shared, const void* address) {
  static_assert(Block::alignment == 16);
  // Range and alignment in one comparison: the rotation takes what is not a multiple of 16 to the top.
  auto place = std::rotr(reinterpret_cast<std::uint64_t>(address) - shared.first_possible_block, 4);
  return place < shared.possible_blocks;
}
inline bool may_be_block(const void* address) {
  const ProcessHeaps& shared = heaps();
  if (!shared.uses_system_backend()) [[likely]]
    return may_be_arena_block(shared, address);
  return reinterpret_cast<std::uint64_t>(address) % Block::alignment == 0 && system_registry().contains(address);
}
// The first byte of the block that `address` lies in, a live or freed one, or null. Looks back at most 64 KiB.
void* find_block_around(const void* address);

}  // namespace heapstorm::heap
