// The heap's functions for a backend that is not checked: what the program does without an owner heap. No header, no
// record, no perturbation; a block may be freed on any thread, as those allocators allow.
#pragma once

#include <cstddef>

#include "harness/heap/allocator/owner_heap.h"
#include "harness/heap/recorder/thread_state.h"

namespace heapstorm::heap {

void* allocate_unchecked(const ThreadState& state, const Request& request);
void free_unchecked(void* block);
void* reallocate_unchecked(const ThreadState& state, void* block, std::size_t bytes);
// What the allocator gave, which may be more than was asked for.
std::size_t usable_size_unchecked(const void* block);

}  // namespace heapstorm::heap
