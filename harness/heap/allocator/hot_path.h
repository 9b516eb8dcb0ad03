// The ordinary allocate and free, inlined into the C functions: blocks of ordinary size, which come from the thread's
// own cache and go back to it. Whatever is not ordinary - another thread's block, a misuse, a large or an over-aligned
// block - is owner_heap.cpp's, which writes blocks with the same functions (block_writing.h).
#pragma once

#include <cstdint>

#include "harness/heap/allocator/block_writing.h"
#include "harness/heap/allocator/claim.h"
#include "harness/heap/allocator/freed_blocks.h"
#include "harness/heap/allocator/memory.h"
#include "harness/heap/allocator/owner_heap.h"
#include "harness/heap/guards/guard.h"
#include "harness/heap/recorder/process_heaps.h"
#include "harness/heap/recorder/thread_state.h"

namespace heapstorm::heap {

// Whatever is not quite usual ends in a tail call to a function that is not inlined, so that the usual path needs no
// registers but those that a call may destroy: saving and restoring them cost as much as the rest.

// Each path once more, for the allocation that is the one to refresh the clock first.
void* allocate_bare_refreshed(ThreadState& state, std::size_t bytes, std::uint16_t tag, std::uint64_t frame_pointer);
// `stack`: of the allocation.
void* allocate_guarded_refreshed(ThreadState& state, std::size_t bytes, std::uint16_t tag, std::uint64_t frame_pointer,
                                 std::uint32_t stack);

// The word of owner and check that an untouched header of this thread's has; 0 in its upper half while it is not on
// that path.
template <Guards guards>
[[gnu::always_inline]] inline std::uint64_t own_check_word(const ThreadState& state, const Block& block,
                                                           std::uint64_t size_and_tag) {
  return (guards == Guards::none ? state.bare_owner_word : state.guarded_owner_word) |
         heapstorm_keyed_check(state.owner_key, block.address(), size_and_tag);
}

template <Guards guards>
[[gnu::always_inline]] inline void* begin_life(ThreadState& state, const Block& block, std::size_t bytes,
                                               std::uint16_t tag, std::uint32_t stack) {
  std::uint64_t size_and_tag = std::uint64_t{bytes} << 16 | tag;
  write_header(state, block, size_and_tag, own_check_word<guards>(state, block, size_and_tag), 0, stack);
  if constexpr (guards != Guards::none) {
    std::uint64_t canary = block.canary_word(heaps().format);
    arm_front(block, canary);
    if (has_tail<guards>(heaps())) block.write_tail_words(bytes, canary);
  }
  surround_with_poison(block);
  return block.first();
}

[[gnu::always_inline]] inline void* allocate_bare(ThreadState& state, std::size_t bytes, std::uint16_t tag,
                                                  std::uint64_t frame_pointer) {
  BlockCache::Class& blocks = cache_class<Guards::none>(state, bytes);
  if (blocks.is_empty()) [[unlikely]]
    return allocate_afresh(state, bytes, tag, frame_pointer);
  if (count_down(state.allocations_until_refresh)) [[unlikely]]
    return allocate_bare_refreshed(state, bytes, tag, frame_pointer);
  Block block(blocks.take());
  announce_birth(block.first() - Block::header_bytes, blocks.bytes());
  return begin_life<Guards::none>(state, block, bytes, tag, 0);
}

// What the cache gives out must be as it was left.
template <Guards guards>
[[gnu::always_inline]] inline bool is_intact(const ThreadState& state, const Block& block) {
  const std::uint64_t* words = block.header_words();
  std::uint64_t size_and_tag = load(words[1]);
  return own_check_word<guards>(state, block, size_and_tag) == words[2] &&  // which nobody else writes
         load(block.header().state) == std::uint32_t{HEAPSTORM_BLOCK_QUARANTINED} << 24 &&
         edges_intact(block, size_and_tag >> 16);
}

// `stack`: of the allocation.
template <Guards guards>
[[gnu::always_inline]] inline void* allocate_guarded(ThreadState& state, std::size_t bytes, std::uint16_t tag,
                                                     std::uint64_t frame_pointer, std::uint32_t stack) {
  BlockCache::Class& blocks = cache_class<guards>(state, bytes);
  if (!blocks.can_spare()) [[unlikely]]
    return allocate_afresh(state, bytes, tag, frame_pointer);
  if (count_down(state.allocations_until_refresh)) [[unlikely]]
    return allocate_guarded_refreshed(state, bytes, tag, frame_pointer, stack);
  Block block(blocks.take_oldest());
  if (!is_intact<guards>(state, block)) [[unlikely]]
    return allocate_instead_of(state, block, bytes, tag, frame_pointer);
  announce_death(block.first() - Block::header_bytes, blocks.bytes());
  announce_birth(block.first() - Block::header_bytes, blocks.bytes());
  return begin_life<guards>(state, block, bytes, tag, stack);
}

// Claims a block that this thread may free without further ado: its own, of a size of the cache. `size_and_tag`
// becomes the header's word, which is looked at once.
template <Guards guards>
[[gnu::always_inline]] inline bool claim_ordinary(const ThreadState& state, const Block& block,
                                                  std::uint64_t& size_and_tag) {
  if (!may_be_arena_block(heaps(), block.first())) return false;
  const std::uint64_t* words = block.header_words();
  size_and_tag = load(words[1]);
  if (load(words[2]) != own_check_word<guards>(state, block, size_and_tag)) return false;
  return claim_as_owner<true>(state, block, guards == Guards::none ? HEAPSTORM_BLOCK_FREED : HEAPSTORM_BLOCK_FREEING);
}

[[gnu::always_inline]] inline void free_bare(ThreadState& state, void* address, std::uint64_t frame_pointer) {
  Block block(address);
  std::uint64_t size_and_tag = 0;
  if (!claim_ordinary<Guards::none>(state, block, size_and_tag)) [[unlikely]]
    return free_block(state, address, frame_pointer);
  BlockCache::Class& blocks = cache_class<Guards::none>(state, size_and_tag >> 16);
  if (blocks.is_full()) [[unlikely]]
    return finish_free(state, block, frame_pointer, HEAPSTORM_BLOCK_FREED);
  poison(block.first(), size_and_tag >> 16);
  announce_death(block.first() - Block::header_bytes, blocks.bytes());
  ++state.frees;
  blocks.push(block.first());
}

// `stack`: of the free.
template <Guards guards>
[[gnu::always_inline]] inline void free_guarded(ThreadState& state, void* address, std::uint64_t frame_pointer,
                                                std::uint32_t stack) {
  Block block(address);
  std::uint64_t size_and_tag = 0;
  if (!claim_ordinary<guards>(state, block, size_and_tag)) [[unlikely]]
    return free_block(state, address, frame_pointer);
  std::size_t bytes = size_and_tag >> 16;
  BlockCache::Class& blocks = cache_class<guards>(state, bytes);
  const ProcessHeaps& shared = heaps();
  bool usual = !blocks.is_full();
  if (has_canaries<guards>(shared)) usual = usual && own_front_canary_intact(shared.format, block);
  if (has_canaries<guards>(shared)) usual = usual && tail_intact(shared.format, block, bytes);
  if (!usual) [[unlikely]]
    return finish_free(state, block, frame_pointer, HEAPSTORM_BLOCK_QUARANTINED);
  if (count_down(state.frees_until_watched)) [[unlikely]]
    return finish_watched_free(state, block, stack);
  blocks.push_newest(block.first());
  fill_edges(block, bytes);
  if (has_tail<guards>(shared)) write_freeing_tail(state, block, bytes, stack);
  poison(block.first(), bytes);
  ++state.frees;
  publish(block.header().state, std::uint32_t{HEAPSTORM_BLOCK_QUARANTINED} << 24);
}

}  // namespace heapstorm::heap
