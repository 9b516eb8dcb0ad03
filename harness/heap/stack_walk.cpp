#include "harness/heap/stack_walk.h"

#include <pthread.h>

namespace heapstorm::heap {
namespace {

constexpr std::uint64_t page_bytes = 4096;

HEAPSTORM_READS_STACKS inline std::uint64_t word_at(std::uint64_t address) {
  return *reinterpret_cast<const volatile std::uint64_t*>(address);
}

// Where frames may lie: on the thread's stack above `frame_pointer`, or else on its page, which is surely mapped.
StackBounds readable_above(std::uint64_t frame_pointer, const StackBounds& bounds) {
  if (frame_pointer >= bounds.low && frame_pointer < bounds.high) return {frame_pointer, bounds.high};
  return {frame_pointer, (frame_pointer / page_bytes + 1) * page_bytes};
}

}  // namespace

StackBounds StackBounds::of_this_thread() {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return {};
  void* low = nullptr;
  std::size_t bytes = 0;
  pthread_attr_getstack(&attributes, &low, &bytes);
  pthread_attr_destroy(&attributes);
  auto begin = reinterpret_cast<std::uint64_t>(low);
  return {begin, begin + bytes};
}

HEAPSTORM_READS_STACKS void walk_stack(std::uint64_t frame_pointer, const StackBounds& bounds, StackWalk& walk) {
  StackBounds readable = readable_above(frame_pointer, bounds);
  std::uint32_t count = 0;
  std::uint64_t frame = frame_pointer;
  std::uint64_t lowest = readable.low;
  while (count < HEAPSTORM_STACK_FRAMES && frame >= lowest && frame % 8 == 0 && frame + 16 <= readable.high) {
    std::uint64_t return_address = word_at(frame + 8);
    if (return_address < page_bytes) break;
    walk.frame_addresses[count] = frame;
    walk.links[count] = {word_at(frame), return_address};
    lowest = frame + 16;  // Frames only go up: a cycle ends the walk.
    frame = walk.links[count++].next_frame;
  }
  walk.count = count;
}

}  // namespace heapstorm::heap
