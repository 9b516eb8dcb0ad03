// Backend `system` only: which addresses are blocks of ours, since the process's malloc cannot say. A lock and a map,
// which is nothing beside a sanitizer's malloc; the mimalloc backend needs neither.
//
// Thread safety: all functions may be called from any thread.
#pragma once

#include <cstdint>
#include <vector>

namespace heapstorm::heap {

class SystemRegistry {
 public:
  // A new block, or a known one's new size and owner.
  void add(void* block, std::uint64_t size, std::uint32_t owner);
  void remove(void* block);
  bool contains(const void* block);
  // The first byte of the block that `address` lies in, or null.
  void* find_around(const void* address);
  // The blocks that this thread owns at this moment.
  std::vector<void*> blocks_of(std::uint32_t owner);
};

SystemRegistry& system_registry();

}  // namespace heapstorm::heap
