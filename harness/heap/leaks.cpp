#include "harness/heap/leaks.h"

#include <mimalloc.h>

#include "harness/heap/memory.h"
#include "harness/heap/system_registry.h"
#include "harness/heap/violation.h"

namespace heapstorm::heap {
namespace {

bool is_live_block_of(const ThreadState& state, const Block& block) {
  return block.check_matches(process()) && block.owner() == state.id && block.is_live();
}

void report_leak(ThreadState& state, void* first_byte) {
  Block block(first_byte);
  if (!is_live_block_of(state, block)) return;
  store(state.record->live_blocks_at_exit, load(state.record->live_blocks_at_exit) + 1);
  store(state.record->live_bytes_at_exit, load(state.record->live_bytes_at_exit) + block.size());
  if (process().options.report_leaks) report(state, violation_of(HEAPSTORM_LEAK_AT_THREAD_EXIT, block, 0));
}

// mimalloc shows allocations; an over-aligned block lies somewhere inside one.
std::byte* block_in_allocation(void* allocation, std::size_t bytes) {
  auto* first = static_cast<std::byte*>(allocation) + Block::header_bytes;
  auto* end = static_cast<std::byte*>(allocation) + bytes;
  for (std::byte* at = first; at <= end && at <= first + Block::largest_alignment; at += Block::alignment) {
    if (Block(at).check_matches(process())) return at;
  }
  return nullptr;
}

// In the memory of threads that have ended, which this one took over, other blocks may still wait; once the heap is
// gone, they may become somebody else's at any moment.
bool remember_allocation(const mi_heap_t*, const mi_heap_area_t*, void* allocation, std::size_t bytes, void* data) {
  auto& state = *static_cast<ThreadState*>(data);
  std::byte* block = allocation != nullptr ? block_in_allocation(allocation, bytes) : nullptr;
  if (block != nullptr && is_live_block_of(state, Block(block))) state.remembered_blocks.push(block);
  return true;
}

}  // namespace

void remember_blocks(ThreadState& state) {
  if (state.mimalloc_heap == nullptr) return;
  mi_heap_visit_blocks(state.mimalloc_heap, true, remember_allocation, &state);
}

void report_leaks(ThreadState& state) {
  if (process().uses_system_backend()) {
    for (void* block : system_registry().blocks_of(state.id)) report_leak(state, block);
    return;
  }
  remember_blocks(state);
  for (void* block : state.remembered_blocks) report_leak(state, block);
  state.remembered_blocks.clear();
}

}  // namespace heapstorm::heap
