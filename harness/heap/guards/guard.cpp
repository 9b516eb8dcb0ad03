#include "harness/heap/guards/guard.h"

#include <algorithm>
#include <cstring>

#include "harness/heap/guards/quarantine.h"

namespace heapstorm::heap {
namespace {

HEAPSTORM_TOUCHES_BLOCKS std::int64_t first_difference(const std::byte* bytes, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    if (static_cast<unsigned char>(bytes[i]) != Quarantine::pattern) return static_cast<std::int64_t>(i);
  }
  return -1;
}

// TSan intercepts memcmp and would see a race with the very write after free that we are looking for; ASan would stop
// at the poison.
HEAPSTORM_TOUCHES_BLOCKS int compare_uninstrumented(const std::byte* left, const std::byte* right,
                                                    std::uint64_t count) {
#if defined(HEAPSTORM_TSAN) || defined(HEAPSTORM_ASAN)
  for (std::uint64_t i = 0; i < count; ++i) {
    if (left[i] != right[i]) return 1;
  }
  return 0;
#else
  return std::memcmp(left, right, count);
#endif
}

}  // namespace

HEAPSTORM_TOUCHES_BLOCKS std::int64_t first_overflow(const BlockFormat& format, const Block& block) {
  std::uint64_t canary = block.canary_word(format);
  const std::byte* tail = block.tail_address();
  for (std::uint64_t i = 0; i < sizeof(heapstorm_block_tail); ++i) {
    if (static_cast<std::uint8_t>(tail[i]) != static_cast<std::uint8_t>(canary >> (i % 8 * 8))) {
      return static_cast<std::int64_t>(block.size() + i);
    }
  }
  return -1;
}

void fill_with_pattern(const Block& block) {
  std::memset(block.first(), Quarantine::pattern, std::min(block.size(), watched_bytes));
}

// All bytes are the pattern if the first one is and each equals the one before it: one memcmp of the block with itself,
// which libc does in vectors. Overlapping is fine, nothing is written.
HEAPSTORM_TOUCHES_BLOCKS std::int64_t first_change_of_pattern(const Block& block) {
  std::uint64_t watched = std::min(block.size(), watched_bytes);
  if (watched == 0) return -1;
  const std::byte* bytes = block.first();
  if (first_difference(bytes, 1) < 0 && compare_uninstrumented(bytes, bytes + 1, watched - 1) == 0) return -1;
  return first_difference(bytes, watched);
}

std::int64_t first_change_of_edges(const Block& block) {
  std::uint64_t bytes = block.size();
  std::int64_t at = first_difference(block.first(), std::min(bytes, edge_bytes));
  if (at >= 0 || bytes <= edge_bytes) return at;
  std::uint64_t last_edge = bytes - edge_bytes;
  at = first_difference(block.first() + last_edge, edge_bytes);
  return at < 0 ? at : at + static_cast<std::int64_t>(last_edge);
}

}  // namespace heapstorm::heap
