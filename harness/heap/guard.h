// What is written around and into a block so that stray writes are noticed: canaries before and behind a live block, a
// pattern in a freed one.
#pragma once

#include <cstdint>

#include "harness/heap/block.h"

namespace heapstorm::heap {

// Patterns cover the first bytes of a freed block; a larger block's rest is not watched.
constexpr std::uint64_t watched_bytes = 16 * 1024;

// The canary behind a block is this word twice.
inline std::uint64_t tail_canary(const Process& process, const Block& block) {
  std::uint64_t canary = block.expected_canary(process);
  return canary << 32 | (canary ^ 0xffffffffu);
}

[[gnu::always_inline]] inline void arm_tail(const Process& process, const Block& block, std::size_t bytes) {
  if (process.tail_bytes != 0) block.write_tail_words(bytes, tail_canary(process, block));
}

inline bool front_canary_intact(const Process& process, const Block& block) {
  return load(block.header().canary) == block.expected_canary(process);
}

[[gnu::always_inline]] inline bool guards_intact(const Process& process, const Block& block) {
  if (!front_canary_intact(process, block)) return false;
  return process.tail_bytes == 0 || block.tail_words_differ(tail_canary(process, block)) == 0;
}

// The offset from the block's start of the first wrong byte behind it, or -1.
std::int64_t first_overflow(const Process& process, const Block& block);

void fill_with_pattern(const Block& block);
// The offset of the first byte that changed, or -1.
std::int64_t first_change_of_pattern(const Block& block);

}  // namespace heapstorm::heap
