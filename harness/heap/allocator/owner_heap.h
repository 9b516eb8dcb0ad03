// The owner heap's operations, behind the C functions of heap.h. `frame_pointer` is that C function's own
// __builtin_frame_address(0), so that stacks start at its caller.
#pragma once

#include <cstddef>
#include <cstdint>

#include "harness/heap/guards/block.h"
#include "harness/heap/recorder/thread_state.h"

namespace heapstorm::heap {

struct Request {
  std::size_t bytes = 0;
  std::size_t alignment = 16;
  std::uint16_t tag = 0;
  bool zeroed = false;
  std::uint32_t owner = 0;  // thread id; 0: the calling thread
};

void* allocate(ThreadState& state, const Request& request, std::uint64_t frame_pointer);
void* allocate_in(ThreadState& state, std::uint32_t owner, const Request& request, std::uint64_t frame_pointer);
void* reallocate(ThreadState& state, void* block, std::size_t bytes, std::uint64_t frame_pointer);
void free_block(ThreadState& state, void* block, std::uint64_t frame_pointer);
std::size_t usable_size(const void* block);
// 0, EINVAL or EPERM.
int transfer(ThreadState& state, void* block, std::uint32_t to, std::uint64_t frame_pointer);

// An allocation of ordinary size that the thread's cache cannot serve.
void* allocate_afresh(ThreadState& state, std::size_t bytes, std::uint16_t tag, std::uint64_t frame_pointer);
// What the cache gave out, `damaged`, is not as it was left: reports that, and takes other memory.
void* allocate_instead_of(ThreadState& state, Block damaged, std::size_t bytes, std::uint16_t tag,
                          std::uint64_t frame_pointer);

}  // namespace heapstorm::heap
