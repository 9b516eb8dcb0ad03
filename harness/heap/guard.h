// What is written around and into a block so that stray writes are noticed: canaries before and behind a live block, a
// pattern in a freed one.
#pragma once

#include <cstdint>

#include "harness/heap/block.h"

namespace heapstorm::heap {

// Patterns cover the first bytes of a freed block; a larger block's rest is not watched.
constexpr std::uint64_t watched_bytes = 16 * 1024;

void arm_canaries(const Process& process, const Block& block);
bool front_canary_intact(const Process& process, const Block& block);
// The offset from the block's start of the first wrong byte behind it, or -1.
std::int64_t first_overflow(const Process& process, const Block& block);

void fill_with_pattern(const Block& block);
// The offset of the first byte that changed, or -1.
std::int64_t first_change_of_pattern(const Block& block);

}  // namespace heapstorm::heap
