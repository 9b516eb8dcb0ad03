#include "harness/heap/memory_resource.h"

#include <new>

#include "harness/heap/heap.h"

namespace heapstorm {

void* OwnerHeapResource::do_allocate(std::size_t bytes, std::size_t alignment) {
  void* block = heapstorm_allocate_aligned(alignment, bytes, tag_);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void OwnerHeapResource::do_deallocate(void* block, std::size_t, std::size_t) {
  heapstorm_free(block);
}

bool OwnerHeapResource::do_is_equal(const std::pmr::memory_resource& other) const noexcept {
  return dynamic_cast<const OwnerHeapResource*>(&other) != nullptr;
}

}  // namespace heapstorm
