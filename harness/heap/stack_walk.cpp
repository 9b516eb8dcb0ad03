#include "harness/heap/stack_walk.h"

#include <pthread.h>

#include "harness/heap/sanitizer.h"

// These functions read other functions' frames.
#if defined(__clang__)
#define HEAPSTORM_READS_STACKS __attribute__((no_sanitize("address", "thread", "undefined")))
#else
#define HEAPSTORM_READS_STACKS
#endif

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
    walk.frame_pointers[count] = frame;
    walk.return_addresses[count] = return_address;
    ++count;
    lowest = frame + 16;  // Frames only go up: a cycle ends the walk.
    frame = word_at(frame);
  }
  walk.frame_pointers[count] = frame;
  walk.count = count;
}

HEAPSTORM_READS_STACKS bool StackCache::unchanged(const StackWalk& walk) {
  std::uint64_t difference = 0;
  for (std::uint32_t i = 0; i < walk.count; ++i) {
    std::uint64_t frame = walk.frame_pointers[i];
    difference |= word_at(frame) ^ walk.frame_pointers[i + 1];
    difference |= word_at(frame + 8) ^ walk.return_addresses[i];
  }
  return difference == 0;
}

HEAPSTORM_READS_STACKS std::uint32_t StackCache::capture(std::uint64_t frame_pointer, const StackBounds& bounds,
                                                         StackDepot& depot) {
  std::uint64_t key = (frame_pointer >> 4) + word_at(frame_pointer + 8) * 0x9e3779b97f4a7c15u;
  Entry& entry = entries_[(key >> 32) % entry_count];
  if (entry.id != 0 && entry.walk.frame_pointers[0] == frame_pointer && unchanged(entry.walk)) return entry.id;
  walk_stack(frame_pointer, bounds, entry.walk);
  entry.id = depot.intern(entry.walk.return_addresses, entry.walk.count);
  return entry.id;
}

}  // namespace heapstorm::heap
