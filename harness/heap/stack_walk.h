// Stacks by frame pointer: tens of nanoseconds where glibc's backtrace() takes 1,500.
//
// A walk is a chain of dependent loads (each frame says where the next one is). A thread allocates from the same few
// places again and again, so StackCache remembers recent walks and verifies one instead of walking: it re-reads every
// link and return address at the addresses that the remembered walk had visited. If all are unchanged then, by
// induction from the innermost frame, a walk would give the same frames; and because those loads do not depend on each
// other, they overlap.
#pragma once

#include <cstdint>

#include "harness/heap/stack_depot.h"

namespace heapstorm::heap {

// The calling thread's stack. Frames outside it are not followed.
struct StackBounds {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  static StackBounds of_this_thread();
};

struct StackWalk {
  std::uint64_t frame_pointers[HEAPSTORM_STACK_FRAMES + 1];  // the last one is where the walk stopped
  std::uint64_t return_addresses[HEAPSTORM_STACK_FRAMES];
  std::uint32_t count = 0;
};

// Walks from `frame_pointer` (a function's own __builtin_frame_address(0)): the first return address is into its
// caller. On a stack that is not the thread's (a coroutine's), only frames on the same 4 KiB page are followed.
void walk_stack(std::uint64_t frame_pointer, const StackBounds& bounds, StackWalk& walk);

// Used by one thread only.
class StackCache {
 public:
  // The depot id of the stack above `frame_pointer`.
  std::uint32_t capture(std::uint64_t frame_pointer, const StackBounds& bounds, StackDepot& depot);

 private:
  struct Entry {
    std::uint32_t id = 0;
    StackWalk walk;
  };
  static constexpr unsigned entry_count = 32;
  static bool unchanged(const StackWalk& walk);

  Entry entries_[entry_count];
};

}  // namespace heapstorm::heap
