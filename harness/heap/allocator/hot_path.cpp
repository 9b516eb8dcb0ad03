#include "harness/heap/allocator/hot_path.h"

namespace heapstorm::heap {
namespace {

// The allocation that is the one to refresh counts itself when it begins again.
void refresh_for_counted(ThreadState& state) {
  refresh(state);
  ++state.allocations_until_refresh;
}

}  // namespace

void* allocate_bare_refreshed(ThreadState& state, std::size_t bytes, std::uint16_t tag, std::uint64_t frame_pointer) {
  refresh_for_counted(state);
  return allocate_bare(state, bytes, tag, frame_pointer);
}

void* allocate_guarded_refreshed(ThreadState& state, std::size_t bytes, std::uint16_t tag, std::uint64_t frame_pointer,
                                 std::uint32_t stack) {
  refresh_for_counted(state);
  return allocate_guarded<Guards::chosen>(state, bytes, tag, frame_pointer, stack);
}

}  // namespace heapstorm::heap
