// Flavour asan: ASan stops a write into a quarantined block or a redzone before our own check would find it. Its report
// knows nothing of owners, so ours is recorded beside it, from ASan's hook. In other flavours this file is empty.
#include "harness/heap/allocator/asan_report.h"

#ifndef HEAPSTORM_ASAN

void heapstorm::heap::join_asan_reports() {}

#else

#include "harness/heap/allocator/memory.h"
#include "harness/heap/allocator/thread_life.h"
#include "harness/heap/recorder/process_heaps.h"
#include "harness/heap/recorder/violation.h"

namespace heapstorm::heap {
namespace {

heapstorm_box_kind kind_of(const Block& block, std::uint64_t address) {
  if (!block.is_live()) return HEAPSTORM_USE_AFTER_FREE;
  return address < block.address() ? HEAPSTORM_UNDERFLOW : HEAPSTORM_OVERFLOW;
}

// The block at `address`, or the one whose redzone it is in.
void* block_near(std::uint64_t address) {
  for (std::uint64_t before : {std::uint64_t{0}, std::uint64_t{sizeof(heapstorm_block_tail)}}) {
    if (void* block = find_block_around(reinterpret_cast<void*>(address - before))) return block;
  }
  std::uint64_t after = (address + Block::header_bytes) / Block::alignment * Block::alignment;
  return find_block_around(reinterpret_cast<void*>(after));
}

void record_beside_asan(std::uint64_t address, std::uint64_t frame_pointer) {
  if (!heaps().started) return;
  void* found = block_near(address);
  if (found == nullptr) return;
  Block block(found);
  Violation violation;
  violation.kind = kind_of(block, address);
  violation.address = address;
  violation.block = found;
  violation.damaged_at = static_cast<std::int32_t>(address - block.address());
  violation.frame_pointer = frame_pointer;
  report(this_thread(), violation);
}

}  // namespace

void join_asan_reports() {}

}  // namespace heapstorm::heap

extern "C" void __asan_on_error(void) {
  heapstorm::heap::record_beside_asan(reinterpret_cast<std::uint64_t>(__asan_get_report_address()),
                                      reinterpret_cast<std::uint64_t>(__asan_get_report_bp()));
}

#endif
