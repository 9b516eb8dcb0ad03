// The stacks that a thread has walked lately.
//
// A walk is a chain of dependent loads (each frame says where the next one is). A thread allocates from the same few
// places again and again, so StackCache remembers recent walks and verifies one instead of walking: it re-reads every
// link and return address at the addresses that the remembered walk had visited. If all are unchanged then, by
// induction from the innermost frame, a walk would give the same frames; and because those loads do not depend on each
// other, they overlap. What bounds them then is their number: where the processor has AES, the frames are not compared
// with what was read before, only their digest is (stack_digest.h).
#pragma once

#include <cstddef>
#include <cstdint>

#include "harness/heap/stack_walk.h"
#include "harness/heap/stacks/stack_depot.h"
#include "harness/heap/stacks/stack_digest.h"

namespace heapstorm::heap {

// How a remembered walk is verified. By digest only where can_digest_frames().
enum class Verify { by_words, by_digest };

// Used by one thread only.
class StackCache {
 public:
  // The depot id of the stack above `frame_pointer`, or null if it is none of the remembered ones.
  template <Verify verify>
  [[gnu::always_inline]] inline const std::uint32_t* find(std::uint64_t frame_pointer) const;
  // Walks, if need be.
  std::uint32_t capture(std::uint64_t frame_pointer, const StackBounds& bounds, StackDepot& depot);

 private:
  // Every entry's walk is padded with its outermost frame, so that verifying it is straight code without a loop's end
  // to mispredict. (The innermost would be worse: it has just been written, see unchanged().) What verifying by digest
  // needs comes first, in two lines of the cache.
  struct alignas(64) Entry {
    std::uint64_t frame_pointer = 0;
    std::uint32_t id = 0;
    FrameDigest digest{};
    FrameOffsets offsets;
    StackWalk walk;
    bool is_of(std::uint64_t pointer, std::uint64_t return_address) const {
      return frame_pointer == pointer && walk.links[0].return_address == return_address;
    }
  };
  static_assert(sizeof(Entry) == 512);  // a power of two, so that an entry is found by a shift
  static constexpr unsigned entry_count_bits = 6;
  [[gnu::always_inline]] inline static unsigned place_of(std::uint64_t frame_pointer, std::uint64_t return_address);
  // Of an entry whose first return address is the right one.
  template <Verify verify>
  [[gnu::always_inline]] inline static bool unchanged(const Entry& entry);
  [[gnu::always_inline]] inline static bool words_unchanged(const StackWalk& walk);
  Entry& entry_for(std::uint64_t frame_pointer);
  static bool prepare(Entry& entry);

  // A walk lies at one of two places, place_of and its neighbour: with one only, two calls of the same function could
  // drive each other out for ever.
  Entry entries_[1u << entry_count_bits];
  unsigned next_victim_ = 0;
};

// ---- inline

HEAPSTORM_READS_STACKS inline bool StackCache::words_unchanged(const StackWalk& walk) {
  FrameWords differences{};
#pragma GCC unroll 16
  for (std::uint32_t i = 1; i < HEAPSTORM_STACK_FRAMES; ++i) {
    differences |= *reinterpret_cast<const FrameWords*>(walk.frame_addresses[i]) ^
                   *reinterpret_cast<const FrameWords*>(&walk.links[i]);
  }
  return (differences[0] | differences[1]) == 0;
}

// The innermost frame has just been made by two separate writes; read as one word of 16 bytes it would have to wait for
// both to reach the cache.
template <Verify verify>
HEAPSTORM_READS_STACKS inline bool StackCache::unchanged(const Entry& entry) {
  const StackWalk& walk = entry.walk;
  if (*reinterpret_cast<const volatile std::uint64_t*>(entry.frame_pointer) != walk.links[0].next_frame) return false;
  if constexpr (verify == Verify::by_words) return words_unchanged(walk);
  return same_digests(digest_of_frames(entry.frame_pointer, entry.offsets), entry.digest);
}

inline unsigned StackCache::place_of(std::uint64_t frame_pointer, std::uint64_t return_address) {
  auto mixed = static_cast<std::uint32_t>(frame_pointer + return_address) * 0x2545f491u;
  return mixed >> (32 - entry_count_bits);
}

template <Verify verify>
HEAPSTORM_READS_STACKS inline const std::uint32_t* StackCache::find(std::uint64_t frame_pointer) const {
  std::uint64_t return_address = *reinterpret_cast<const volatile std::uint64_t*>(frame_pointer + 8);
  unsigned place = place_of(frame_pointer, return_address);
  const Entry* entry = &entries_[place];
  if (!entry->is_of(frame_pointer, return_address)) [[unlikely]] {
    asm volatile("");  // a branch and no selection, for which all else would wait
    entry = &entries_[place ^ 1];
    if (!entry->is_of(frame_pointer, return_address)) return nullptr;
  }
  return unchanged<verify>(*entry) ? &entry->id : nullptr;
}

}  // namespace heapstorm::heap
