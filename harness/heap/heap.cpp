// The C functions of heap.h. Each takes its own frame's address, so that stacks start at its caller.
#include "harness/heap/heap.h"

#include <mimalloc.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "harness/heap/allocator/asan_report.h"
#include "harness/heap/allocator/claim.h"
#include "harness/heap/allocator/freed_blocks.h"
#include "harness/heap/allocator/hot_path.h"
#include "harness/heap/allocator/thread_life.h"
#include "harness/heap/allocator/unchecked.h"
#include "harness/heap/box/modules.h"
#include "harness/heap/recorder/process_heaps.h"

using heapstorm::heap::heaps;
using heapstorm::heap::Request;
using heapstorm::heap::this_thread;
using heapstorm::heap::this_thread_state;
using heapstorm::heap::ThreadState;

namespace {

// A handle is the thread's record in the black box: records are never used again, so it stays meaningful for ever.
std::uint32_t thread_of(const heapstorm_heap* heap) {
  return static_cast<std::uint32_t>(reinterpret_cast<const heapstorm_box_thread*>(heap) - heaps().box.threads());
}

// The first call of a thread makes its state, which must not cost the others a register.
[[gnu::noinline]] void* allocate_first(size_t bytes, uint16_t tag, std::uint64_t frame) {
  ThreadState& state = this_thread();
  return state.guarded_path.allocate(bytes, tag, state, frame);
}

[[gnu::noinline]] void free_first(void* address, std::uint64_t frame) {
  if (address == nullptr) return;
  if (heaps().is_unchecked()) return heapstorm::heap::free_unchecked(address);
  ThreadState& state = this_thread();
  state.guarded_path.free(address, state, frame);
}

void* allocate_by(const Request& request, std::uint64_t frame) {
  ThreadState& state = this_thread();
  if (heaps().is_unchecked()) return heapstorm::heap::allocate_unchecked(state, request);
  return heapstorm::heap::allocate(state, request, frame);
}

}  // namespace

#define HEAPSTORM_FRAME reinterpret_cast<std::uint64_t>(__builtin_frame_address(0))

extern "C" {

heapstorm_heap_options heapstorm_heap_defaults(void) {
  heapstorm_heap_options options{};
  options.stacks = 1;
  options.canaries = 1;
  options.quarantine_bytes = 256 * 1024;
  options.watch_whole_one_in = 32;
  options.box_fd = -1;
  return options;
}

int heapstorm_mimalloc_version(void) {
  return mi_version();
}

int heapstorm_heap_start(const heapstorm_heap_options* options) {
  if (int error = heaps().start(*options)) return error;
  heapstorm::heap::join_asan_reports();
  std::atexit([] { heapstorm::heap::check_ended_blocks_at_exit(this_thread); });
  heapstorm::heap::register_for_barriers();
  heapstorm::heap::refresh_modules(heaps().box);
  return 0;
}

heapstorm_box_header* heapstorm_heap_box(void) {
  return heaps().box.header();
}

uint16_t heapstorm_name(const char* text) {
  return heaps().box.intern(text);
}

uint32_t heapstorm_thread_register(const char* name) {
  if (ThreadState* known = heapstorm::heap::this_thread_state) {
    heapstorm::heap::rename_thread(*known, name);
    return known->id;
  }
  return heapstorm::heap::attach_thread(name).id;
}

void heapstorm_thread_retire(void) {
  heapstorm::heap::retire_thread();
}

heapstorm_heap* heapstorm_heap_current(void) {
  return reinterpret_cast<heapstorm_heap*>(this_thread().record);
}

void* heapstorm_allocate(size_t bytes, uint16_t tag) {
  ThreadState* state = this_thread_state;
  if (state == nullptr) [[unlikely]]
    return allocate_first(bytes, tag, HEAPSTORM_FRAME);
  if (bytes >= state->bare_end) return state->guarded_path.allocate(bytes, tag, *state, HEAPSTORM_FRAME);
  return heapstorm::heap::allocate_bare(*state, bytes, tag, HEAPSTORM_FRAME);
}

void* heapstorm_allocate_zeroed(size_t bytes, uint16_t tag) {
  return allocate_by({.bytes = bytes, .tag = tag, .zeroed = true}, HEAPSTORM_FRAME);
}

void* heapstorm_allocate_aligned(size_t alignment, size_t bytes, uint16_t tag) {
  bool power_of_two = alignment != 0 && (alignment & (alignment - 1)) == 0;
  if (!power_of_two || alignment > heapstorm::heap::Block::max_alignment) return nullptr;
  return allocate_by({.bytes = bytes, .alignment = alignment, .tag = tag}, HEAPSTORM_FRAME);
}

void* heapstorm_allocate_in(heapstorm_heap* heap, size_t bytes, uint16_t tag) {
  if (heaps().is_unchecked()) return heapstorm::heap::allocate_unchecked(this_thread(), {.bytes = bytes});
  return heapstorm::heap::allocate_in(this_thread(), thread_of(heap), {.bytes = bytes, .tag = tag}, HEAPSTORM_FRAME);
}

void* heapstorm_reallocate(void* block, size_t bytes) {
  if (block == nullptr) return allocate_by({.bytes = bytes}, HEAPSTORM_FRAME);
  if (heaps().is_unchecked()) return heapstorm::heap::reallocate_unchecked(this_thread(), block, bytes);
  return heapstorm::heap::reallocate(this_thread(), block, bytes, HEAPSTORM_FRAME);
}

void heapstorm_free(void* address) {
  ThreadState* state = this_thread_state;
  if (state == nullptr) [[unlikely]]
    return free_first(address, HEAPSTORM_FRAME);
  if (state->bare_end == 0) return state->guarded_path.free(address, *state, HEAPSTORM_FRAME);
  heapstorm::heap::free_bare(*state, address, HEAPSTORM_FRAME);
}

size_t heapstorm_usable_size(const void* block) {
  if (heaps().is_unchecked()) return heapstorm::heap::usable_size_unchecked(block);
  return heapstorm::heap::usable_size(block);
}

int heapstorm_transfer(void* block, heapstorm_heap* to) {
  if (heaps().is_unchecked()) return 0;  // nobody asks for a block's owner
  return heapstorm::heap::transfer(this_thread(), block, thread_of(to), HEAPSTORM_FRAME);
}

void heapstorm_context(uint32_t connection, uint32_t action, uint16_t text) {
  ThreadState& state = this_thread();
  state.connection = connection;
  state.action = action;
  state.text = text;
  state.now_ms = heaps().box.coarse_now_ms();  // Ages stay right after an idle time.
}

heapstorm_box_side heapstorm_side_of_fault(const uint64_t* return_addresses, uint32_t count) {
  heapstorm_box_side side{};
  side.stack = heaps().depot.intern(return_addresses, std::min(count, HEAPSTORM_STACK_FRAMES));
  const ThreadState* state = this_thread_state;
  if (state == nullptr) return side;
  side.thread = state->id;
  side.connection = state->connection;
  side.action = state->action;
  side.text = state->text;
  return side;
}

void heapstorm_event(uint16_t kind, uint32_t connection, uint64_t value) {
  this_thread().ring.write(kind, connection, value);
}

void heapstorm_yield_point(void) {
  ThreadState& state = this_thread();
  if (state.hooked) [[unlikely]]
    state.perturbation.perturb();
}

void heapstorm_modules_refresh(void) {
  heapstorm::heap::refresh_modules(heaps().box);
}

}  // extern "C"
