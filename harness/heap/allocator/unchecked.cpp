#include "harness/heap/allocator/unchecked.h"

#include <malloc.h>
#include <mimalloc.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "harness/heap/recorder/process_heaps.h"

namespace heapstorm::heap {
namespace {

bool on_malloc() {
  return heaps().options.backend == HEAPSTORM_BACKEND_UNCHECKED_SYSTEM;
}

}  // namespace

void* allocate_unchecked(const ThreadState& state, const Request& request) {
  const std::size_t alignment = std::max<std::size_t>(request.alignment, alignof(std::max_align_t));
  void* block = nullptr;
  if (!on_malloc()) {
    // A thread that is ending has lost its heap, and mimalloc takes the thread's default one.
    block = state.mimalloc_heap != nullptr ? mi_heap_malloc_aligned(state.mimalloc_heap, request.bytes, alignment)
                                           : mi_malloc_aligned(request.bytes, alignment);
  } else if (alignment > alignof(std::max_align_t)) {
    if (posix_memalign(&block, alignment, request.bytes) != 0) return nullptr;
  } else {
    block = std::malloc(request.bytes);
  }
  if (block != nullptr && request.zeroed) std::memset(block, 0, request.bytes);
  return block;
}

void free_unchecked(void* block) {
  on_malloc() ? std::free(block) : mi_free(block);
}

void* reallocate_unchecked(const ThreadState& state, void* block, std::size_t bytes) {
  if (on_malloc()) return std::realloc(block, bytes);
  return state.mimalloc_heap != nullptr ? mi_heap_realloc(state.mimalloc_heap, block, bytes) : mi_realloc(block, bytes);
}

std::size_t usable_size_unchecked(const void* block) {
  return on_malloc() ? malloc_usable_size(const_cast<void*>(block)) : mi_usable_size(block);
}

}  // namespace heapstorm::heap
