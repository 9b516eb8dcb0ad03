// Stacks by frame pointer: tens of nanoseconds where glibc's backtrace() takes 1,500.
//
// A walk is a chain of dependent loads (each frame says where the next one is). A thread allocates from the same few
// places again and again, so StackCache remembers recent walks and verifies one instead of walking: it re-reads every
// link and return address at the addresses that the remembered walk had visited. If all are unchanged then, by
// induction from the innermost frame, a walk would give the same frames; and because those loads do not depend on each
// other, they overlap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "harness/heap/stack_depot.h"

namespace heapstorm::heap {

// The calling thread's stack. Frames outside it are not followed.
struct StackBounds {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  static StackBounds of_this_thread();
};

// What a walk read: at frame_addresses[i] lies the record links[i].
struct StackWalk {
  struct Link {
    std::uint64_t next_frame;
    std::uint64_t return_address;
  };
  std::uint64_t frame_addresses[HEAPSTORM_STACK_FRAMES];
  alignas(16) Link links[HEAPSTORM_STACK_FRAMES];
  std::uint32_t count = 0;
};

// Walks from `frame_pointer` (a function's own __builtin_frame_address(0)): the first return address is into its
// caller. On a stack that is not the thread's (a coroutine's), only frames on the same 4 KiB page are followed.
void walk_stack(std::uint64_t frame_pointer, const StackBounds& bounds, StackWalk& walk);

// Used by one thread only.
class StackCache {
 public:
  // The depot id of the stack above `frame_pointer`, or null if it is none of the remembered ones.
  [[gnu::always_inline]] inline const std::uint32_t* find(std::uint64_t frame_pointer) const;
  // Walks, if need be.
  std::uint32_t capture(std::uint64_t frame_pointer, const StackBounds& bounds, StackDepot& depot);

 private:
  // Every entry's walk is padded with its first frame, so that verifying it is straight code without a loop's end to
  // mispredict.
  struct alignas(64) Entry {
    std::uint64_t frame_pointer = 0;
    std::uint32_t id = 0;
    StackWalk walk;
    std::byte unused[80];  // to a power of two, so that an entry is found by a shift
    bool is_of(std::uint64_t pointer, std::uint64_t return_address) const {
      return frame_pointer == pointer && walk.links[0].return_address == return_address;
    }
  };
  static_assert(sizeof(Entry) == 512);
  static constexpr unsigned entry_count = 64;
  [[gnu::always_inline]] inline static unsigned place_of(std::uint64_t frame_pointer, std::uint64_t return_address);
  // Of a walk whose first return address is the right one.
  [[gnu::always_inline]] inline static bool unchanged(std::uint64_t frame_pointer, const StackWalk& walk);
  Entry& entry_for(std::uint64_t frame_pointer);

  // A walk lies at one of two places, place_of and its neighbour: with one only, two calls of the same function could
  // drive each other out for ever.
  Entry entries_[entry_count];
  unsigned next_victim_ = 0;
};

// ---- inline

// These functions read other functions' frames.
#if defined(__clang__)
#define HEAPSTORM_READS_STACKS __attribute__((no_sanitize("address", "thread", "undefined")))
#else
#define HEAPSTORM_READS_STACKS
#endif

// The words of one frame, the caller's frame and the return address; and those of two, which are one vector where the
// processor has such (see guarded_path.h) and else two.
using StackWords [[gnu::vector_size(16), gnu::aligned(8), gnu::may_alias]] = std::uint64_t;
using TwoFrames [[gnu::vector_size(32)]] = std::uint64_t;

// The innermost frame has just been made by two separate writes; read as one word of 16 bytes it would have to wait for
// both to reach the cache.
HEAPSTORM_READS_STACKS inline bool StackCache::unchanged(std::uint64_t frame_pointer, const StackWalk& walk) {
  if (*reinterpret_cast<const volatile std::uint64_t*>(frame_pointer) != walk.links[0].next_frame) return false;
  constexpr std::uint32_t last = HEAPSTORM_STACK_FRAMES - 1;
  static_assert(last % 2 == 1);
  StackWords last_difference = *reinterpret_cast<const StackWords*>(walk.frame_addresses[last]) ^
                               *reinterpret_cast<const StackWords*>(&walk.links[last]);
  TwoFrames differences = {last_difference[0], last_difference[1], 0, 0};
#pragma GCC unroll 16
  for (std::uint32_t i = 1; i < last; i += 2) {
    auto one = *reinterpret_cast<const StackWords*>(walk.frame_addresses[i]);
    auto next = *reinterpret_cast<const StackWords*>(walk.frame_addresses[i + 1]);
    TwoFrames known;
    std::memcpy(&known, &walk.links[i], sizeof known);
    differences |= TwoFrames{one[0], one[1], next[0], next[1]} ^ known;
  }
  return (differences[0] | differences[1] | differences[2] | differences[3]) == 0;
}

inline unsigned StackCache::place_of(std::uint64_t frame_pointer, std::uint64_t return_address) {
  auto mixed = static_cast<std::uint32_t>(frame_pointer + return_address) * 0x2545f491u;
  return mixed >> 16 & (entry_count - 1);
}

HEAPSTORM_READS_STACKS inline const std::uint32_t* StackCache::find(std::uint64_t frame_pointer) const {
  std::uint64_t return_address = *reinterpret_cast<const volatile std::uint64_t*>(frame_pointer + 8);
  unsigned place = place_of(frame_pointer, return_address);
  const Entry* entry = &entries_[place];
  if (!entry->is_of(frame_pointer, return_address)) [[unlikely]] {
    asm volatile("");  // a branch and no selection, for which all else would wait
    entry = &entries_[place ^ 1];
    if (!entry->is_of(frame_pointer, return_address)) return nullptr;
  }
  return unchanged(frame_pointer, entry->walk) ? &entry->id : nullptr;
}

}  // namespace heapstorm::heap
