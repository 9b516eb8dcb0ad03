#include "harness/heap/allocator/owner_heap.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "harness/heap/allocator/block_writing.h"
#include "harness/heap/allocator/claim.h"
#include "harness/heap/allocator/freed_blocks.h"
#include "harness/heap/allocator/memory.h"
#include "harness/heap/allocator/system_registry.h"
#include "harness/heap/guards/guard.h"
#include "harness/heap/guards/sanitizer.h"
#include "harness/heap/recorder/process_heaps.h"
#include "harness/heap/recorder/violation.h"

namespace heapstorm::heap {
namespace {

constexpr std::size_t max_block_bytes = std::size_t{1} << 46;

std::size_t round_up(std::size_t value, std::size_t alignment) {
  return (value + alignment - 1) & ~(alignment - 1);
}

void stamp_block(ThreadState& state, const Block& block, const Request& request, std::uint32_t place,
                 std::uint64_t frame_pointer) {
  std::uint32_t owner = request.owner != 0 ? request.owner : state.id;
  std::uint64_t size_and_tag = std::uint64_t{request.bytes} << 16 | request.tag;
  std::uint32_t check = heapstorm_block_check(heaps().format.check_key, block.address(), size_and_tag, owner);
  arm_front(block, block.canary_word(heaps().format));
  write_header(state, block, size_and_tag, std::uint64_t{owner} << 32 | check, place,
               capture_stack(state, frame_pointer));
  arm_tail(heaps().format, block, request.bytes);
}

bool is_cacheable(const ThreadState& state, const Request& request) {
  bool own = request.owner == 0 || request.owner == state.id;
  return own && request.bytes <= BlockCache::max_block_bytes && request.alignment <= Block::alignment;
}

// An allocation for a block of `bytes`: when the thread's cache may get it one day, as large as its class.
std::size_t wanted_bytes(ThreadState& state, std::size_t bytes) {
  if (bytes > BlockCache::max_block_bytes) return Block::header_bytes + bytes + heaps().format.tail_bytes;
  return cache_class(state, bytes).bytes();
}

// The process's allocations that may fail, from 1. Only counted when failures are injected: everybody shares this line
// of cache.
std::uint64_t next_allocation_number() {
  static std::atomic<std::uint64_t> count{0};
  return count.fetch_add(1, std::memory_order_relaxed) + 1;
}

// Perturbation, injected failures and stolen blocks: what a thread does when `hooked`.
bool hooks_refuse(ThreadState& state, const Request& request) {
  state.perturbation.perturb();
  if (!state.perturbation.may_fail(request.tag)) return false;
  return state.perturbation.fails(next_allocation_number(), request.tag);
}

// Policy `corrupt`: an unchecked allocator would have put the foreign block on this thread's free list.
void* hand_out_stolen(ThreadState& state, const Request& request, std::uint64_t frame_pointer) {
  bool fits = request.alignment <= Block::alignment && !request.zeroed;
  if (state.stolen == nullptr || !fits) return nullptr;
  Block block(state.stolen);
  if (request.bytes > block.size()) return nullptr;
  state.stolen = nullptr;
  unpoison(block.first() - Block::header_bytes, Block::header_bytes + block.size() + heaps().format.tail_bytes);
  stamp_block(state, block, request, block.place(), frame_pointer);
  return block.first();
}

void* allocate_hooked(ThreadState& state, const Request& request, std::uint64_t frame_pointer, bool& refused) {
  refused = hooks_refuse(state, request);
  return refused ? nullptr : hand_out_stolen(state, request, frame_pointer);
}

// ---- free

enum class Verdict { proceed, stop };

// What an unchecked allocator would do: the block is on this thread's free list now, wherever it came from.
void steal(ThreadState& state, const Block& block) {
  block.set_state(HEAPSTORM_BLOCK_FREED);
  state.stolen = block.first();
  state.hooked = true;
  state.use_long_path();
}

void report_invalid(ThreadState& state, void* address, std::uint64_t frame_pointer) {
  ProcessHeaps& shared = heaps();
  Violation violation;
  violation.kind = HEAPSTORM_INVALID_FREE;
  violation.address = reinterpret_cast<std::uint64_t>(address);
  violation.frame_pointer = frame_pointer;
  if (may_be_block(address) && front_canary_intact(shared.format, Block(address))) {
    // The canary is ours and keyed to this very address: a block starts here, and what is before the canary was
    // overwritten.
    violation.kind = HEAPSTORM_UNDERFLOW;
    violation.flags = HEAPSTORM_FINDING_HEADER_DAMAGED;
  } else if (void* around = find_block_around(address)) {
    violation.block = around;
    violation.flags = HEAPSTORM_FINDING_INTERIOR;
  }
  report(state, violation);
}

bool is_freed_state(std::uint32_t block_state) {
  return block_state == HEAPSTORM_BLOCK_FREEING || block_state == HEAPSTORM_BLOCK_TAKEN ||
         block_state == HEAPSTORM_BLOCK_QUARANTINED || block_state == HEAPSTORM_BLOCK_FREED ||
         block_state == HEAPSTORM_BLOCK_MOVED;
}

// A block that cannot be claimed was freed before, or its state was overwritten by an underflow that ended short of the
// check.
void report_double(ThreadState& state, const Block& block, std::uint64_t frame_pointer) {
  if (!is_freed_state(block.state())) {
    Violation violation = violation_of(HEAPSTORM_UNDERFLOW, block, frame_pointer);
    violation.block = nullptr;
    violation.flags = HEAPSTORM_FINDING_HEADER_DAMAGED;
    return report(state, violation);
  }
  report(state, violation_of(HEAPSTORM_DOUBLE_FREE, block, frame_pointer));
  if (heaps().options.policy == HEAPSTORM_POLICY_CORRUPT && block.state() == HEAPSTORM_BLOCK_QUARANTINED)
    steal(state, block);
}

// Foreign free or reallocation: claims, reports, and says whether the block's life ends here as the program meant.
Verdict take_from_owner(ThreadState& state, const Block& block, heapstorm_box_kind kind, std::uint64_t frame_pointer) {
  bool exited = has_retired(block.owner());
  Violation violation = violation_of(exited ? HEAPSTORM_OWNER_EXITED_FREE : kind, block, frame_pointer);
  bool live = block.is_live();
  if (live) report(state, violation);  // Before anything is changed: what it says is how the block was.
  if (!claim_as_foreigner(block)) {
    report_double(state, block, frame_pointer);
    return Verdict::stop;
  }
  switch (heaps().options.policy) {
    case HEAPSTORM_POLICY_IGNORE:
      write_freeing_side(state, block, frame_pointer);
      block.set_state(HEAPSTORM_BLOCK_QUARANTINED);  // In nobody's quarantine: leaked.
      return Verdict::stop;
    case HEAPSTORM_POLICY_CORRUPT:
      write_freeing_side(state, block, frame_pointer);
      steal(state, block);
      return Verdict::stop;
    default:
      return Verdict::proceed;
  }
}

// Claims a block that is about to be freed or moved, reporting every reason why it must not be. The caller may go on
// only after `proceed`; the block is then his alone.
Verdict claim(ThreadState& state, void* address, heapstorm_box_kind foreign_kind, std::uint64_t frame_pointer) {
  if (!may_be_block(address) || !Block(address).check_matches(heaps().format)) {
    report_invalid(state, address, frame_pointer);
    return Verdict::stop;
  }
  Block block(address);
  if (block.owner() != state.id) return take_from_owner(state, block, foreign_kind, frame_pointer);
  if (claim_as_owner(state, block, HEAPSTORM_BLOCK_FREEING)) return Verdict::proceed;
  report_double(state, block, frame_pointer);
  return Verdict::stop;
}

// ---- reallocate

void resize_in_place(const Block& block, std::size_t bytes) {
  ProcessHeaps& shared = heaps();
  unpoison(block.first(), std::max<std::size_t>(block.size(), bytes) + shared.format.tail_bytes);
  block.stamp(shared.format, bytes, block.tag(), block.owner());
  arm_tail(shared.format, block, bytes);
  poison(block.first() + bytes, shared.format.tail_bytes);
  if (shared.uses_system_backend()) system_registry().add(block.first(), bytes, block.owner());
  block.set_state(HEAPSTORM_BLOCK_LIVE);
}

// A block that the cache may get one day stays in its class.
bool fits_in_place(ThreadState& state, const Block& block, std::size_t bytes) {
  if (bytes > capacity_of(block) || bytes < block.size() / 2) return false;
  bool both_cacheable = std::max<std::size_t>(bytes, block.size()) <= BlockCache::max_block_bytes;
  bool none_cacheable = std::min<std::size_t>(bytes, block.size()) > BlockCache::max_block_bytes;
  return none_cacheable || (both_cacheable && &cache_class(state, bytes) == &cache_class(state, block.size()));
}

}  // namespace

void* allocate_afresh(ThreadState& state, std::size_t bytes, std::uint16_t tag, std::uint64_t frame_pointer) {
  return allocate(state, {.bytes = bytes, .tag = tag}, frame_pointer);
}

void* allocate_instead_of(ThreadState& state, Block damaged, std::size_t bytes, std::uint16_t tag,
                          std::uint64_t frame_pointer) {
  release_cached(state, damaged);
  return allocate_afresh(state, bytes, tag, frame_pointer);
}

void* allocate(ThreadState& state, const Request& request, std::uint64_t frame_pointer) {
  ProcessHeaps& shared = heaps();
  if (request.bytes > max_block_bytes) return nullptr;
  count_allocation(state);
  if (state.hooked) {
    bool refused = false;
    void* stolen = allocate_hooked(state, request, frame_pointer, refused);
    if (refused || stolen != nullptr) return stolen;
  }
  std::size_t slack = request.alignment > Block::alignment ? request.alignment : 0;
  auto* allocation = static_cast<std::byte*>(take_memory(state, wanted_bytes(state, request.bytes) + slack));
  if (allocation == nullptr) return nullptr;
  std::byte* first = allocation + Block::header_bytes;
  if (slack != 0)
    first = reinterpret_cast<std::byte*>(round_up(reinterpret_cast<std::size_t>(first), request.alignment));
  Block block(first);
  auto place = static_cast<std::uint32_t>((first - Block::header_bytes - allocation) / Block::alignment);
  if (!is_cacheable(state, request)) place |= HEAPSTORM_BLOCK_APART;
  auto total = static_cast<std::size_t>(first - allocation) + request.bytes + shared.format.tail_bytes;
  if (!shared.uses_system_backend()) announce_birth(allocation, total);
  stamp_block(state, block, request, place, frame_pointer);
  surround_with_poison(block);
  if (request.zeroed) std::memset(first, 0, request.bytes);  // By us: mimalloc must not touch what TSan watches.
  if (shared.uses_system_backend()) system_registry().add(first, request.bytes, block.owner());
  return first;
}

void* allocate_in(ThreadState& state, std::uint32_t owner, const Request& request, std::uint64_t frame_pointer) {
  Request in_heap = request;
  in_heap.owner = owner;
  if (owner != state.id) {
    Violation violation;
    violation.kind = HEAPSTORM_FOREIGN_ALLOCATE;
    violation.wanted_owner = owner;
    violation.wanted_bytes = request.bytes;
    violation.wanted_tag = request.tag;
    violation.frame_pointer = frame_pointer;
    report(state, violation);
  }
  return allocate(state, in_heap, frame_pointer);
}

void free_block(ThreadState& state, void* address, std::uint64_t frame_pointer) {
  if (address == nullptr) return;
  if (state.hooked) state.perturbation.perturb();
  if (claim(state, address, HEAPSTORM_FOREIGN_FREE, frame_pointer) == Verdict::stop) [[unlikely]]
    return;
  finish_free(state, Block(address), frame_pointer, HEAPSTORM_BLOCK_QUARANTINED);
}

void* reallocate(ThreadState& state, void* address, std::size_t bytes, std::uint64_t frame_pointer) {
  if (bytes > max_block_bytes) return nullptr;
  if (claim(state, address, HEAPSTORM_FOREIGN_REALLOC, frame_pointer) == Verdict::stop) return nullptr;
  ProcessHeaps& shared = heaps();
  Block block(address);
  std::uint64_t old_bytes = block.size();
  bool stays = block.owner() == state.id && fits_in_place(state, block, bytes);
  if (stays) {
    if (shared.options.canaries && !guards_intact(shared.format, block))
      report_damaged_guards(state, block, frame_pointer);
    resize_in_place(block, bytes);
    return address;
  }
  Request request;
  request.bytes = bytes;
  request.tag = block.tag();
  void* moved = allocate(state, request, frame_pointer);
  if (moved == nullptr) {
    block.set_state(HEAPSTORM_BLOCK_LIVE);
    return nullptr;
  }
  std::memcpy(moved, address, std::min<std::uint64_t>(bytes, old_bytes));
  finish_free(state, block, frame_pointer, HEAPSTORM_BLOCK_MOVED);
  return moved;
}

std::size_t usable_size(const void* address) {
  if (!may_be_block(address)) return 0;
  Block block(const_cast<void*>(address));
  return block.check_matches(heaps().format) && block.is_live() ? block.size() : 0;
}

int transfer(ThreadState& state, void* address, std::uint32_t to, std::uint64_t frame_pointer) {
  ProcessHeaps& shared = heaps();
  if (!may_be_block(address)) return EINVAL;
  Block block(address);
  if (!block.check_matches(shared.format) || !block.is_live()) return EINVAL;
  if (to == 0 || to >= HEAPSTORM_THREADS || has_retired(to)) return EINVAL;
  if (block.owner() != state.id) return EPERM;
  std::uint32_t index = shared.box.take(shared.box.control().next_handoff, HEAPSTORM_HANDOFFS);
  if (index != HEAPSTORM_HANDOFFS) {
    heapstorm_box_handoff& handoff = shared.box.handoffs()[index];
    handoff.previous = load(block.header().handoff);
    handoff.from = state.id;
    handoff.at_ms = state.now_ms;
    handoff.stack = capture_stack(state, frame_pointer);
    publish(handoff.to, to);
    store(block.header().handoff, index);
  }
  block.set_apart();
  block.stamp(shared.format, block.size(), block.tag(), to);
  if (shared.uses_system_backend()) system_registry().add(block.first(), block.size(), to);
  return 0;
}

}  // namespace heapstorm::heap
