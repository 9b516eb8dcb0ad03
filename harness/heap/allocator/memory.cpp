#include "harness/heap/allocator/memory.h"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>

#include "harness/heap/recorder/process_heaps.h"

namespace heapstorm::heap {
namespace {

constexpr std::uint64_t max_look_back_bytes = 64 * 1024;

// A thread that is past its C++ thread-local destructors has no heap of its own any more: a heap for this one block,
// whose pages mimalloc then takes care of. Slow, rare and safe.
void* take_late(std::size_t bytes) {
  mi_heap_t* heap = mi_heap_new_in_arena(heaps().arena);
  if (heap == nullptr) return nullptr;
  void* memory = mi_heap_malloc(heap, bytes);
  mi_heap_delete(heap);
  return memory;
}

}  // namespace

void* take_memory_slowly(std::size_t bytes) {
  return heaps().uses_system_backend() ? std::malloc(bytes) : take_late(bytes);
}

void give_back_to_system(const Block& block) {
  system_registry().remove(block.first());
  std::free(block.allocation());
}

std::size_t capacity_of(const Block& block) {
  void* allocation = block.allocation();
  std::size_t usable = heaps().uses_system_backend() ? malloc_usable_size(allocation) : mi_usable_size(allocation);
  std::size_t before = static_cast<std::size_t>(block.first() - static_cast<std::byte*>(allocation));
  return usable - before - heaps().format.tail_bytes;
}

void* find_block_around(const void* address) {
  ProcessHeaps& shared = heaps();
  if (shared.uses_system_backend()) return system_registry().find_around(address);
  if (!shared.box.in_arena(address)) return nullptr;
  auto inside = reinterpret_cast<std::uint64_t>(address);
  auto lowest = std::max(reinterpret_cast<std::uint64_t>(shared.box.arena()) + Block::header_bytes,
                         inside - std::min(inside, max_look_back_bytes));
  for (std::uint64_t at = inside / Block::alignment * Block::alignment; at >= lowest; at -= Block::alignment) {
    Block block(reinterpret_cast<void*>(at));
    if (block.check_matches(shared.format) && inside < at + std::max<std::uint64_t>(block.size(), 1))
      return block.first();
  }
  return nullptr;
}

}  // namespace heapstorm::heap
