// How a block is written: its size class, its header, its tail, and the stack that goes into both.
#pragma once

#include <cstddef>
#include <cstdint>

#include "harness/heap/guards/block.h"
#include "harness/heap/guards/sanitizer.h"
#include "harness/heap/recorder/process_heaps.h"
#include "harness/heap/recorder/thread_state.h"

namespace heapstorm::heap {

// What guards a path's blocks: nothing, everything, or what the options say. A constant where it can be: each question
// to the options is three instructions of two hundred.
enum class Guards { none, all, chosen };

template <Guards guards>
bool has_canaries(const ProcessHeaps& shared) {
  return guards == Guards::all || (guards == Guards::chosen && shared.options.canaries);
}
template <Guards guards>
bool has_tail(const ProcessHeaps& shared) {
  return guards == Guards::all || (guards == Guards::chosen && shared.format.tail_bytes != 0);
}

// The class of a block of up to BlockCache::max_block_bytes.
template <Guards guards>
[[gnu::always_inline]] inline BlockCache::Class& cache_class(ThreadState& state, std::size_t bytes) {
  constexpr std::size_t tail_bytes = guards == Guards::none ? 0 : sizeof(heapstorm_block_tail);
  return state.cache.class_for(Block::header_bytes + bytes + tail_bytes);
}
inline BlockCache::Class& cache_class(ThreadState& state, std::size_t bytes) {
  return state.guarded ? cache_class<Guards::chosen>(state, bytes) : cache_class<Guards::none>(state, bytes);
}

inline std::uint32_t capture_stack(ThreadState& state, std::uint64_t frame_pointer) {
  ProcessHeaps& shared = heaps();
  if (!shared.options.stacks) return 0;
  return state.stack_cache.capture(frame_pointer, state.stack, shared.depot);
}

// The fields go out in pairs, as one word each (the layout is little-endian, as all machines that we run on); the
// state's pair last: from then on a reader of the black box takes the block for a live one.
[[gnu::always_inline]] inline void write_header(const ThreadState& state, const Block& block,
                                                std::uint64_t size_and_tag, std::uint64_t check_word,
                                                std::uint32_t place, std::uint32_t stack) {
  std::uint64_t* words = block.header_words();
  store(words[0], std::uint64_t{state.action} << 32 | state.connection);
  store(words[1], size_and_tag);
  store(words[2], check_word);
  store(words[4], std::uint64_t{state.now_ms});  // and no hand-off
  publish(words[3], std::uint64_t{stack} << 32 | std::uint64_t{HEAPSTORM_BLOCK_LIVE} << 24 | place);
}
// The last word of the header: its canary, and freed by nobody. It depends on the address alone.
[[gnu::always_inline]] inline void arm_front(const Block& block, std::uint64_t canary_word) {
  store(block.header_words()[5], canary_word << 32);
}

// In asan, everything of the allocation but the block's own bytes is a redzone.
[[gnu::always_inline]] inline void surround_with_poison([[maybe_unused]] const Block& block) {
#ifdef HEAPSTORM_ASAN
  auto* allocation = static_cast<std::byte*>(block.allocation());
  poison(allocation, static_cast<std::size_t>(block.first() - allocation));
  unpoison(block.first(), block.size());
  poison(block.first() + block.size(), heaps().format.tail_bytes);
#endif
}

// `bytes`: the block's size.
[[gnu::always_inline]] inline void write_freeing_tail(const ThreadState& state, const Block& block, std::size_t bytes,
                                                      std::uint32_t stack) {
  block.write_tail(bytes, {stack, state.connection, state.action, state.now_ms});
}

}  // namespace heapstorm::heap
