#include "harness/heap/allocator/guarded_path.h"

#include "harness/heap/allocator/hot_path.h"
#include "harness/heap/allocator/unchecked.h"
#include "harness/heap/recorder/process_heaps.h"

namespace heapstorm::heap {
namespace {

// Each step is the tail call of the one before, so that a short path does not pay for the registers of a longer one.
// `frame` stays right meanwhile: a function that is tail-called has its frame, with the same two words, in the same
// place.

// ---- whatever the options say

void* allocate_as_chosen(std::size_t bytes, std::uint16_t tag, ThreadState& state, std::uint64_t frame) {
  if (heaps().is_unchecked()) return allocate_unchecked(state, {.bytes = bytes});
  if (bytes >= state.guarded_end) return allocate_afresh(state, bytes, tag, frame);
  return allocate_guarded<Guards::chosen>(state, bytes, tag, frame, capture_stack(state, frame));
}

void free_as_chosen(void* address, ThreadState& state, std::uint64_t frame) {
  if (heaps().is_unchecked()) return free_unchecked(address);
  free_guarded<Guards::chosen>(state, address, frame, capture_stack(state, frame));
}

// ---- everything on

template <Verify verify>
[[gnu::always_inline]] inline void* allocate_with_all(std::size_t bytes, std::uint16_t tag, ThreadState& state,
                                                      std::uint64_t frame) {
  if (bytes > BlockCache::max_block_bytes) [[unlikely]]
    return allocate_as_chosen(bytes, tag, state, frame);
  const std::uint32_t* stack = state.stack_cache.find<verify>(frame);
  if (stack == nullptr) [[unlikely]]
    return allocate_as_chosen(bytes, tag, state, frame);
  return allocate_guarded<Guards::all>(state, bytes, tag, frame, *stack);
}

template <Verify verify>
[[gnu::always_inline]] inline void free_with_all(void* address, ThreadState& state, std::uint64_t frame) {
  // The header comes from further away than the stack. Whatever the address is, prefetching never faults.
  __builtin_prefetch(reinterpret_cast<const void*>(reinterpret_cast<std::uint64_t>(address) - Block::header_bytes));
  const std::uint32_t* stack = state.stack_cache.find<verify>(frame);
  if (stack == nullptr) [[unlikely]]
    return free_as_chosen(address, state, frame);
  free_guarded<Guards::all>(state, address, frame, *stack);
}

void* allocate_by_words(std::size_t bytes, std::uint16_t tag, ThreadState& state, std::uint64_t frame) {
  return allocate_with_all<Verify::by_words>(bytes, tag, state, frame);
}
void free_by_words(void* address, ThreadState& state, std::uint64_t frame) {
  free_with_all<Verify::by_words>(address, state, frame);
}

// AVX2 besides, for the edges of blocks.
#if defined(__x86_64__)
[[gnu::target("avx2")]]
#endif
void* allocate_by_digest(std::size_t bytes, std::uint16_t tag, ThreadState& state, std::uint64_t frame) {
  return allocate_with_all<Verify::by_digest>(bytes, tag, state, frame);
}
#if defined(__x86_64__)
[[gnu::target("avx2")]]
#endif
void free_by_digest(void* address, ThreadState& state, std::uint64_t frame) {
  free_with_all<Verify::by_digest>(address, state, frame);
}

}  // namespace

GuardedPath path_as_chosen() {
  return {allocate_as_chosen, free_as_chosen};
}

GuardedPath choose_guarded_path(const ThreadState& state) {
  if (state.guarded_end == 0 || !heaps().has_all_guards()) return path_as_chosen();
  if (can_digest_frames()) return {allocate_by_digest, free_by_digest};
  return {allocate_by_words, free_by_words};
}

}  // namespace heapstorm::heap
