#include "harness/heap/allocator/leaks.h"

#include <mimalloc.h>

#include "harness/heap/allocator/memory.h"
#include "harness/heap/allocator/system_registry.h"
#include "harness/heap/guards/sanitizer.h"
#include "harness/heap/recorder/process_heaps.h"
#include "harness/heap/recorder/violation.h"

namespace heapstorm::heap {
namespace {

bool is_live_block_of(const ThreadState& state, const Block& block) {
  return block.check_matches(heaps().format) && block.owner() == state.id && block.is_live();
}

void report_leak(ThreadState& state, void* first_byte) {
  Block block(first_byte);
  if (!is_live_block_of(state, block)) return;
  store(state.record->live_blocks_at_exit, load(state.record->live_blocks_at_exit) + 1);
  store(state.record->live_bytes_at_exit, load(state.record->live_bytes_at_exit) + block.size());
  if (heaps().options.report_leaks) report(state, violation_of(HEAPSTORM_LEAK_AT_THREAD_EXIT, block, 0));
}

// An over-aligned block lies somewhere inside the allocation that mimalloc made for it.
std::byte* block_in_allocation(void* allocation, std::size_t bytes) {
  auto* first = static_cast<std::byte*>(allocation) + Block::header_bytes;
  auto* end = static_cast<std::byte*>(allocation) + bytes;
  for (std::byte* at = first; at <= end && at <= first + Block::max_alignment; at += Block::alignment) {
    if (Block(at).check_matches(heaps().format)) return at;
  }
  return nullptr;
}

// Looks at every place for a block of an area, and tells the live ones by their headers. mimalloc's own visit would
// follow its free lists, which an overflow of the target may have overwritten. In the memory of threads that have
// ended, which this one took over, other blocks may still wait; once the heap is gone, they may become somebody else's
// at any moment.
bool remember_area(const mi_heap_t*, const mi_heap_area_t* area, void*, std::size_t, void* data) {
  auto& state = *static_cast<ThreadState*>(data);
  if (area->used == 0) return true;
  auto* const places = static_cast<std::byte*>(area->blocks);
  for (std::size_t at = 0; at + area->full_block_size <= area->committed; at += area->full_block_size) {
    std::byte* block = block_in_allocation(places + at, area->block_size);
    if (block != nullptr && is_live_block_of(state, Block(block))) state.remembered_blocks.push(block);
  }
  return true;
}

}  // namespace

void remember_blocks(ThreadState& state) {
  if (state.mimalloc_heap == nullptr) return;
  const HiddenFromTsan hidden;  // Others may free what was theirs in these areas meanwhile.
  mi_heap_visit_blocks(state.mimalloc_heap, false, remember_area, &state);
}

void report_leaks(ThreadState& state) {
  if (heaps().uses_system_backend()) {
    for (void* block : system_registry().blocks_of(state.id)) report_leak(state, block);
    return;
  }
  remember_blocks(state);
  for (void* block : state.remembered_blocks) report_leak(state, block);
  state.remembered_blocks.clear();
}

}  // namespace heapstorm::heap
