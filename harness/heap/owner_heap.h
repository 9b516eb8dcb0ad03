// The owner heap's operations, behind the C functions of heap.h. `frame_pointer` is that C function's own
// __builtin_frame_address(0), so that stacks start at its caller.
#pragma once

#include <cstddef>
#include <cstdint>

#include "harness/heap/block.h"
#include "harness/heap/thread_state.h"

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
// One that it can, but that is the one to refresh the clock first.
void* allocate_bare_refreshed(ThreadState& state, std::size_t bytes, std::uint16_t tag, std::uint64_t frame_pointer);
// `stack`: of the allocation.
void* allocate_guarded_refreshed(ThreadState& state, std::size_t bytes, std::uint16_t tag, std::uint64_t frame_pointer,
                                 std::uint32_t stack);
// What the cache gave out, `spoilt`, is not as it was left: reports that, and takes other memory.
void* allocate_instead_of(ThreadState& state, Block spoilt, std::size_t bytes, std::uint16_t tag,
                          std::uint64_t frame_pointer);

// At a thread's retirement: reports leaks if wanted, checks what waits in quarantine and leaves it to the process.
void release_thread_memory(ThreadState& state);

}  // namespace heapstorm::heap
