// Stacks by frame pointer: tens of nanoseconds where glibc's backtrace() takes 1,500. For whoever records what a thread
// does (target_host: what it faulted at) as well as for the heap.
#pragma once

#include <cstdint>

#include "harness/abi/black_box.h"

// For functions that read other functions' frames.
#if defined(__clang__)
#define HEAPSTORM_READS_STACKS __attribute__((no_sanitize("address", "thread", "undefined")))
#else
#define HEAPSTORM_READS_STACKS
#endif

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
  alignas(16) Link links[HEAPSTORM_STACK_FRAMES];
  std::uint64_t frame_addresses[HEAPSTORM_STACK_FRAMES];
  std::uint32_t count = 0;
};

// Walks from `frame_pointer` (a function's own __builtin_frame_address(0)): the first return address is into its
// caller. On a stack that is not the thread's (a coroutine's), only frames on the same 4 KiB page are followed.
void walk_stack(std::uint64_t frame_pointer, const StackBounds& bounds, StackWalk& walk);

}  // namespace heapstorm::heap
