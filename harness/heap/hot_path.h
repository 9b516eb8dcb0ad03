// The ordinary allocate and free, inlined into the C functions: a few nanoseconds. Whatever is not ordinary - another
// thread's block, a misuse, an event to write, an over-aligned block - is owner_heap.cpp's, which is built of the same
// pieces.
#pragma once

#include <cstdint>

#include "harness/heap/claim.h"
#include "harness/heap/guard.h"
#include "harness/heap/memory.h"
#include "harness/heap/owner_heap.h"
#include "harness/heap/process.h"
#include "harness/heap/thread_state.h"

namespace heapstorm::heap {

constexpr std::size_t largest_block_bytes = std::size_t{1} << 46;

[[gnu::always_inline]] inline void count_allocation(ThreadState& state) {
  if (--state.allocations_until_refresh == 0) [[unlikely]]
    state.refresh();
}

[[gnu::always_inline]] inline std::uint32_t capture_stack(ThreadState& state, std::uint64_t frame_pointer) {
  Process& shared = process();
  if (!shared.options.stacks) return 0;
  return state.stack_cache.capture(frame_pointer, state.stack, shared.depot);
}

// `distance`: from the allocation's start to the header, in units of Block::alignment. The fields go out in pairs, as
// one word each (the layout is little-endian, as all machines that we run on); the state's pair last: from then on a
// reader of the black box takes the block for a live one.
[[gnu::always_inline]] inline void write_header(const ThreadState& state, const Block& block,
                                                std::uint64_t size_and_tag, std::uint32_t owner, std::uint32_t distance,
                                                std::uint32_t stack) {
  auto* words = reinterpret_cast<std::uint64_t*>(&block.header());
  const Process& shared = process();
  std::uint64_t check = heapstorm_block_check(shared.check_key, block.address(), size_and_tag, owner);
  store(words[0], std::uint64_t{state.action} << 32 | state.connection);
  store(words[1], size_and_tag);
  store(words[2], std::uint64_t{owner} << 32 | check);
  store(words[4], std::uint64_t{state.now_ms});  // and no hand-off
  store(words[5], std::uint64_t{block.expected_canary(shared)} << 32);
  publish(words[3], std::uint64_t{stack} << 32 | std::uint64_t{HEAPSTORM_BLOCK_LIVE} << 24 | distance);
}

// In asan, everything of the allocation but the block's own bytes is a redzone.
[[gnu::always_inline]] inline void surround_with_poison([[maybe_unused]] const Block& block) {
#ifdef HEAPSTORM_ASAN
  auto* allocation = static_cast<std::byte*>(block.allocation());
  poison(allocation, static_cast<std::size_t>(block.first() - allocation));
  unpoison(block.first(), block.size());
  poison(block.first() + block.size(), process().tail_bytes);
#endif
}

[[gnu::always_inline]] inline void write_freeing_side(ThreadState& state, const Block& block,
                                                      std::uint64_t frame_pointer) {
  store(block.header().freed_by, state.id);
  if (process().tail_bytes == 0) return;
  block.write_tail({capture_stack(state, frame_pointer), state.connection, state.action, state.now_ms});
}

// The last steps of every legal or repaired free of a block that the caller has claimed. `last_state`: QUARANTINED, or
// MOVED after a reallocation.
[[gnu::always_inline]] inline void retire_block(ThreadState& state, const Block& block, std::uint32_t last_state) {
  std::uint64_t bytes = block.size() + Block::header_bytes;
  if (bytes > state.quarantine.limit_bytes()) {
    block.set_state(HEAPSTORM_BLOCK_FREED);
    return give_memory_back(block);
  }
  while (!state.quarantine.has_room(bytes)) evict_oldest(state);
  fill_with_pattern(block);
  poison(block.first(), block.size());
  block.set_state(last_state);
  state.quarantine.push(block.first(), bytes);
}

[[gnu::always_inline]] inline void finish_free(ThreadState& state, const Block& block, std::uint64_t frame_pointer,
                                               std::uint32_t last_state) {
  const Process& shared = process();
  if (shared.options.canaries && !guards_intact(shared, block)) [[unlikely]]
    report_damaged_guards(state, block, frame_pointer);
  write_freeing_side(state, block, frame_pointer);
  ++state.frees;
  retire_block(state, block, last_state);
}

// `guarded` is process().is_guarded(), made a constant for each of the two paths.
template <bool guarded>
[[gnu::always_inline]] inline void* allocate_ordinary(ThreadState& state, std::size_t bytes, std::uint16_t tag,
                                                      std::uint64_t frame_pointer) {
  std::size_t total = Block::header_bytes + bytes + (guarded ? process().tail_bytes : 0);
  void* allocation = mi_heap_malloc(state.fast_heap, total);
  if (allocation == nullptr) [[unlikely]]
    return nullptr;
  announce_birth(allocation, total);
  count_allocation(state);
  Block block(static_cast<std::byte*>(allocation) + Block::header_bytes);
  std::uint32_t stack = guarded ? capture_stack(state, frame_pointer) : 0;
  write_header(state, block, std::uint64_t{bytes} << 16 | tag, state.id, 0, stack);
  if constexpr (guarded) arm_tail(process(), block, bytes);
  surround_with_poison(block);
  return block.first();
}

[[gnu::always_inline]] inline void* allocate_fast(ThreadState& state, std::size_t bytes, std::uint16_t tag,
                                                  std::uint64_t frame_pointer) {
  if (state.fast_heap == nullptr || bytes > largest_block_bytes) [[unlikely]]
    return allocate(state, {.bytes = bytes, .tag = tag}, frame_pointer);
  if (state.guarded) return allocate_ordinary<true>(state, bytes, tag, frame_pointer);
  return allocate_ordinary<false>(state, bytes, tag, frame_pointer);
}

[[gnu::always_inline]] inline void free_fast(ThreadState& state, void* address, std::uint64_t frame_pointer) {
  const Process& shared = process();
  Block block(address);
  bool ordinary = state.fast_heap != nullptr && may_be_arena_block(shared, address) && block.owner() == state.id &&
                  block.check_matches(shared);
  if (!ordinary) [[unlikely]]
    return free_block(state, address, frame_pointer);
  if (state.guarded) {
    if (!claim_as_owner(state, block, HEAPSTORM_BLOCK_FREEING)) [[unlikely]]
      return free_block(state, address, frame_pointer);
    return finish_free(state, block, frame_pointer, HEAPSTORM_BLOCK_QUARANTINED);
  }
  void* allocation = block.allocation();
  [[maybe_unused]] std::size_t total = allocation_bytes(block);
  if (!claim_as_owner(state, block, HEAPSTORM_BLOCK_FREED)) [[unlikely]]
    return free_block(state, address, frame_pointer);
  store(block.header().freed_by, state.id);
  ++state.frees;
  unpoison(allocation, total);
  announce_death(allocation, total);
  mi_free(allocation);
}

}  // namespace heapstorm::heap
