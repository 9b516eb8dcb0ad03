#include "harness/heap/allocator/freed_blocks.h"

#include "harness/heap/allocator/block_writing.h"
#include "harness/heap/allocator/memory.h"
#include "harness/heap/guards/guard.h"
#include "harness/heap/recorder/process_heaps.h"
#include "harness/heap/recorder/violation.h"

namespace heapstorm::heap {
namespace {

// `at`: the first byte of a freed block that changed, or -1.
void report_change(ThreadState& state, const Block& block, std::int64_t at) {
  if (at < 0) return;
  Violation violation = violation_of(HEAPSTORM_USE_AFTER_FREE, block, 0);
  violation.damaged_at = static_cast<std::int32_t>(at);
  violation.offender_known = false;  // It wrote some time between the free and now.
  report(state, violation);
}

// Something wrote over a freed block's header. What is left of the header cannot be trusted, so the block is left
// alone.
void report_overwritten_header(ThreadState& state, const Block& block) {
  Violation violation = violation_of(HEAPSTORM_USE_AFTER_FREE, block, 0);
  violation.block = nullptr;
  violation.flags = HEAPSTORM_FINDING_HEADER_DAMAGED;
  violation.damaged_at = -1;
  violation.offender_known = false;
  report(state, violation);
}

// A block leaves the quarantine. Its state is only then another one when somebody has damaged it or taken it out
// (policy `corrupt`): in both cases it is not ours to give back.
bool is_ours_to_release(ThreadState& state, const Block& block) {
  std::uint32_t block_state = block.state();
  if (block_state != HEAPSTORM_BLOCK_QUARANTINED && block_state != HEAPSTORM_BLOCK_MOVED) return false;
  if (block.check_matches(heaps().format)) return true;
  report_overwritten_header(state, block);
  return false;
}

void release(const Block& block) {
  block.set_state(HEAPSTORM_BLOCK_FREED);
  give_memory_back(block);
}

// Whether a block that leaves the quarantine may join the thread's cache, as if it had been freed just now. That saves
// a pair of calls into mimalloc, and the longer path of the allocation that would miss the block.
bool may_join_cache(ThreadState& state, const Block& block) {
  constexpr std::uint32_t ordinary = std::uint32_t{HEAPSTORM_BLOCK_QUARANTINED} << 24;
  return state.guarded_end != 0 && block.owner() == state.id && load(block.header().state) == ordinary &&
         !cache_class(state, block.size()).is_full();
}

// Of a block on the path without guards.
void release_bare(const Block& block) {
  unpoison(block.first(), block.size());
  const UnseenByTsan unseen;
  mi_free(block.first() - Block::header_bytes);  // Its death was announced when it was freed.
}

void evict_oldest(ThreadState& state) {
  Block block(state.quarantine.pop());
  if (!is_ours_to_release(state, block)) return;
  unpoison(block.first(), block.size());
  std::int64_t changed_at = first_change_of_pattern(block);
  report_change(state, block, changed_at);
  if (changed_at >= 0 || !may_join_cache(state, block)) return release(block);
  poison(block.first(), block.size());
  cache_class(state, block.size()).push_newest(block.first());
}

std::uint64_t bytes_in_quarantine(const Block& block) {
  return block.size() + Block::header_bytes;
}

void retire_block(ThreadState& state, const Block& block, std::uint32_t last_state) {
  std::uint64_t bytes = bytes_in_quarantine(block);
  if (bytes > state.quarantine.limit_bytes()) {
    block.set_state(HEAPSTORM_BLOCK_FREED);
    return give_memory_back(block);
  }
  while (!state.quarantine.has_room(bytes)) evict_oldest(state);
  fill_with_pattern(block);
  poison(block.first(), block.size());
  block.set_state(last_state);
  state.quarantine.push(block.first(), bytes);
}

// ---- blocks of threads that have ended

// Unseen by TSan: the owner's free has shown it a write already, and this one may be another thread's.
void fill_again(const Block& block) {
  const UnseenByTsan unseen;
  unpoison(block.first(), block.size());
  fill_with_pattern(block);
  poison(block.first(), block.size());
}

// Whether somebody has written to a block that waits in the process's quarantine.
bool was_written_to(void* first) {
  Block block(first);
  std::uint32_t block_state = block.state();
  bool waits = block_state == HEAPSTORM_BLOCK_QUARANTINED || block_state == HEAPSTORM_BLOCK_MOVED;
  return waits && (!block.check_matches(heaps().format) || first_change_of_pattern(block) >= 0);
}

// The oldest leaves. One that was written to stays, as the newest: its writer may come back, and what it writes to must
// not be somebody else's by then.
void let_oldest_leave(ThreadState& state) {
  void* oldest = heaps().ended.pop();
  if (oldest == nullptr) return;
  Block block(oldest);
  if (!is_ours_to_release(state, block)) return;
  std::int64_t changed_at = first_change_of_pattern(block);
  if (changed_at < 0) return release(block);
  report_change(state, block, changed_at);
  fill_again(block);
  if (!heaps().ended.push(block.first(), bytes_in_quarantine(block))) release(block);
}

// Of blocks that are written to all the time none would ever leave. When each has had its turn twice, it is the new one
// that there is no room for.
void leave_to_process(ThreadState& state, const Block& block) {
  ProcessQuarantine& ended = heaps().ended;
  std::uint64_t bytes = bytes_in_quarantine(block);
  if (bytes > ended.limit_bytes()) return release(block);
  fill_again(block);
  for (std::uint32_t turns = 2 * (ended.count() + 1); !ended.push(block.first(), bytes); --turns) {
    if (turns == 0) return release(block);
    let_oldest_leave(state);
  }
}

// Of a block that was taken out of the process's quarantine, into which it goes again.
void report_written_to(ThreadState& state, const Block& block) {
  if (!is_ours_to_release(state, block)) return;
  report_change(state, block, first_change_of_pattern(block));
  leave_to_process(state, block);
}

// `first_change`: as the thread has watched the block. From now on it is watched whole.
void hand_over(ThreadState& state, const Block& block, std::int64_t (*first_change)(const Block&)) {
  if (!is_ours_to_release(state, block)) return;
  report_change(state, block, first_change(block));
  leave_to_process(state, block);
}

}  // namespace

void write_freeing_side(ThreadState& state, const Block& block, std::uint64_t frame_pointer) {
  store(block.header().freed_by, state.id);
  if (heaps().format.tail_bytes == 0) return;
  write_freeing_tail(state, block, block.size(), capture_stack(state, frame_pointer));
}

void report_damaged_guards(ThreadState& state, const Block& block, std::uint64_t frame_pointer) {
  ProcessHeaps& shared = heaps();
  if (!front_canary_intact(shared.format, block)) {
    Violation violation = violation_of(HEAPSTORM_UNDERFLOW, block, frame_pointer);
    violation.damaged_at = -1;
    report(state, violation);
  }
  if (shared.format.tail_bytes == 0) return;
  if (std::int64_t at = first_overflow(shared.format, block); at >= 0) {
    Violation violation = violation_of(HEAPSTORM_OVERFLOW, block, frame_pointer);
    violation.damaged_at = static_cast<std::int32_t>(at);
    report(state, violation);
  }
}

void finish_free(ThreadState& state, Block block, std::uint64_t frame_pointer, std::uint32_t last_state) {
  const ProcessHeaps& shared = heaps();
  if (shared.options.canaries && !guards_intact(shared.format, block)) [[unlikely]]
    report_damaged_guards(state, block, frame_pointer);
  write_freeing_side(state, block, frame_pointer);
  ++state.frees;
  retire_block(state, block, last_state);
}

void finish_watched_free(ThreadState& state, Block block, std::uint32_t stack) {
  state.draw_next_watch();
  if (heaps().format.tail_bytes != 0) write_freeing_tail(state, block, block.size(), stack);
  ++state.frees;
  retire_block(state, block, HEAPSTORM_BLOCK_QUARANTINED);
}

void release_cached(ThreadState& state, const Block& block) {
  if (!is_ours_to_release(state, block)) return;
  unpoison(block.first(), block.size());
  report_change(state, block, first_change_of_edges(block));
  release(block);
}

// What waits in the cache was mostly freed before what waits in the quarantine, and leaves first.
void hand_over_freed_blocks(ThreadState& state) {
  for (BlockCache::Class& blocks : state.cache) {
    while (!blocks.is_empty()) {
      Block block(blocks.take_oldest());
      if (state.guarded) {
        hand_over(state, block, first_change_of_edges);
      } else {
        release_bare(block);
      }
    }
  }
  while (!state.quarantine.empty()) hand_over(state, Block(state.quarantine.pop()), first_change_of_pattern);
}

// In a fork the lock may be held by a thread that is not there.
void check_ended_blocks(ThreadState& state, ProcessQuarantine::Sweep sweep) {
  if (heaps().is_in_fork()) return;
  while (void* block = heaps().ended.take_next(sweep, was_written_to)) report_written_to(state, Block(block));
}

void check_ended_blocks_at_exit(ThreadState& (*this_thread)()) {
  if (heaps().is_in_fork()) return;
  ProcessQuarantine::Sweep sweep = ProcessQuarantine::everything;
  store(heaps().exiting, true);
  while (void* block = heaps().ended.take_next(sweep, was_written_to)) report_written_to(this_thread(), Block(block));
}

void refresh(ThreadState& state) {
  state.refresh_counters();
  ProcessQuarantine& ended = heaps().ended;
  if (ended.is_empty() || !ended.is_due(state.now_ms)) [[likely]]
    return;
  check_ended_blocks(state, ProcessQuarantine::slice);
}

}  // namespace heapstorm::heap
