// What is written around and into a block so that stray writes are noticed: canaries before and behind a live block, a
// pattern in a freed one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "harness/heap/guards/block.h"
#include "harness/heap/guards/quarantine.h"

namespace heapstorm::heap {

// Patterns cover the first bytes of a freed block; a larger block's rest is not watched.
constexpr std::uint64_t watched_bytes = 16 * 1024;

[[gnu::always_inline]] inline void arm_tail(const BlockFormat& format, const Block& block, std::size_t bytes) {
  if (format.tail_bytes != 0) block.write_tail_words(bytes, block.canary_word(format));
}

inline bool front_canary_intact(const BlockFormat& format, const Block& block) {
  return load(block.header().canary) == block.expected_canary(format);
}

// Of a block that is the calling thread's alone: a plain read is compared where it lies.
[[gnu::always_inline]] inline bool own_front_canary_intact(const BlockFormat& format, const Block& block) {
  return block.header().canary == block.expected_canary(format);
}

// `bytes`: the block's size.
[[gnu::always_inline]] inline bool tail_intact(const BlockFormat& format, const Block& block, std::size_t bytes) {
  return block.tail_words_differ(bytes, block.canary_word(format)) == 0;
}
inline bool guards_intact(const BlockFormat& format, const Block& block) {
  return front_canary_intact(format, block) && (format.tail_bytes == 0 || tail_intact(format, block, block.size()));
}

// The offset from the block's start of the first wrong byte behind it, or -1.
std::int64_t first_overflow(const BlockFormat& format, const Block& block);

void fill_with_pattern(const Block& block);
// The offset of the first byte that changed, or -1.
std::int64_t first_change_of_pattern(const Block& block);

// The same for a block of BlockCache: only its edges, which lie on lines of the cache that the header and the tail
// bring along; filling and comparing all of it costs more than the rest of an allocate and free pair. An edge is two
// vectors, first and last of the block; a block of less than two is watched whole. Behind the last byte the pattern may
// reach into the tail, which is written after it.
using PatternVector [[gnu::vector_size(16), gnu::aligned(1), gnu::may_alias]] = std::uint64_t;
constexpr std::uint64_t pattern_word = Quarantine::pattern * 0x0101010101010101u;
constexpr PatternVector whole_pattern = {pattern_word, pattern_word};
constexpr std::uint64_t edge_bytes = 2 * sizeof(PatternVector);
// Copied from and to memory: GCC 12 forgets that a vector is not aligned when it has to split it.
using EdgeVector [[gnu::vector_size(32)]] = std::uint64_t;
constexpr EdgeVector edge_pattern = {pattern_word, pattern_word, pattern_word, pattern_word};

// As first_change_of_pattern.
std::int64_t first_change_of_edges(const Block& block);

[[gnu::always_inline]] inline PatternVector* vectors_at(std::byte* address) {
  return reinterpret_cast<PatternVector*>(address);
}

// `bytes`: the block's size, here and below.
[[gnu::always_inline]] inline void fill_edges(const Block& block, std::size_t bytes) {
  if (bytes < edge_bytes) {
    PatternVector* first = vectors_at(block.first());
    first[0] = whole_pattern;
    if (bytes > sizeof(PatternVector)) first[1] = whole_pattern;
  } else {
    std::memcpy(block.first(), &edge_pattern, edge_bytes);
    std::memcpy(block.first() + bytes - edge_bytes, &edge_pattern, edge_bytes);
  }
}

// 32 bytes of ones before 32 of zeros: from `edge_bytes - n` on, a mask of the first n bytes.
alignas(64) inline constexpr std::array<std::byte, 2 * edge_bytes> edge_masks = [] {
  std::array<std::byte, 2 * edge_bytes> masks{};
  for (std::size_t i = 0; i < edge_bytes; ++i) masks[i] = std::byte{0xff};
  return masks;
}();

// Straight code, so that the usual path needs no more registers than it has. Reads nothing behind the tail.
HEAPSTORM_TOUCHES_BLOCKS inline bool small_edge_intact(const PatternVector* first, std::uint64_t bytes) {
  PatternVector masks[2];
  std::memcpy(masks, edge_masks.data() + edge_bytes - bytes, sizeof masks);
  const PatternVector* second = bytes <= sizeof(PatternVector) ? first : first + 1;
  PatternVector difference = ((first[0] ^ whole_pattern) & masks[0]) | ((*second ^ whole_pattern) & masks[1]);
  bool intact = (difference[0] | difference[1]) == 0;
  asm("" : "+r"(intact));  // A result of its own: joined with that of larger blocks, both are slower.
  return intact;
}

HEAPSTORM_TOUCHES_BLOCKS inline bool edges_intact(const Block& block, std::size_t bytes) {
  if (bytes < edge_bytes) return small_edge_intact(vectors_at(block.first()), bytes);
  EdgeVector first;
  EdgeVector last;
  std::memcpy(&first, block.first(), edge_bytes);
  std::memcpy(&last, block.first() + bytes - edge_bytes, edge_bytes);
  EdgeVector difference = (first ^ edge_pattern) | (last ^ edge_pattern);
  return (difference[0] | difference[1] | difference[2] | difference[3]) == 0;
}

}  // namespace heapstorm::heap
