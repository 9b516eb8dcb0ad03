#include "harness/heap/operator_new.h"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

#include "harness/heap/heap.h"
#include "harness/heap/recorder/process_heaps.h"

namespace {

using heapstorm::heap::heaps;
using heapstorm::heap::ProcessHeaps;

thread_local constinit unsigned shared_scopes = 0;

// Interned at the first `new` after the start; until then, and if the name table is full, 0.
constinit std::atomic<std::uint16_t> tag{0};

std::uint16_t tag_of_new() {
  std::uint16_t known = tag.load(std::memory_order_relaxed);
  if (known == 0) {
    known = heapstorm_name("operator new");
    tag.store(known, std::memory_order_relaxed);
  }
  return known;
}

// The backend `system` keeps its registry in a std::map behind a lock, which must not call us again; and its blocks
// come from malloc anyway.
bool goes_to_owner_heap() {
  const ProcessHeaps& shared = heaps();
  return shared.started && shared_scopes == 0 && !shared.uses_system_backend();
}

constexpr std::size_t max_heap_alignment = std::size_t{1} << 20;

[[gnu::always_inline]] inline void* take(std::size_t bytes) {
  if (goes_to_owner_heap()) return heapstorm_allocate(bytes, tag_of_new());
  return std::malloc(bytes != 0 ? bytes : 1);
}

[[gnu::always_inline]] inline void* take(std::size_t bytes, std::align_val_t wanted) {
  auto alignment = static_cast<std::size_t>(wanted);
  if (goes_to_owner_heap() && alignment <= max_heap_alignment)
    return heapstorm_allocate_aligned(alignment, bytes, tag_of_new());
  void* block = nullptr;
  if (alignment < sizeof(void*)) alignment = sizeof(void*);
  return posix_memalign(&block, alignment, bytes != 0 ? bytes : 1) == 0 ? block : nullptr;
}

// What the standard wants of every form of `new`: as long as there is a handler, it may make room.
template <typename... Alignment>
[[gnu::always_inline]] inline void* take_or_throw(std::size_t bytes, Alignment... alignment) {
  for (;;) {
    if (void* block = take(bytes, alignment...)) [[likely]]
      return block;
    std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}

template <typename... Alignment>
[[gnu::always_inline]] inline void* take_or_null(std::size_t bytes, Alignment... alignment) noexcept {
  try {
    return take_or_throw(bytes, alignment...);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

// The arena is exclusively ours, so the address alone says whose block it is; a freed or a foreign one is still there.
[[gnu::always_inline]] inline void give_back(void* block) {
  if (heaps().box.in_arena(block)) return heapstorm_free(block);
  std::free(block);
}

}  // namespace

extern "C" {

void heapstorm_shared_new_enter(void) {
  ++shared_scopes;
}

void heapstorm_shared_new_leave(void) {
  --shared_scopes;
}

}  // extern "C"

void* operator new(std::size_t bytes) {
  return take_or_throw(bytes);
}
void* operator new[](std::size_t bytes) {
  return take_or_throw(bytes);
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  return take_or_null(bytes);
}
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept {
  return take_or_null(bytes);
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return take_or_throw(bytes, alignment);
}
void* operator new[](std::size_t bytes, std::align_val_t alignment) {
  return take_or_throw(bytes, alignment);
}
void* operator new(std::size_t bytes, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return take_or_null(bytes, alignment);
}
void* operator new[](std::size_t bytes, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return take_or_null(bytes, alignment);
}

void operator delete(void* block) noexcept {
  give_back(block);
}
void operator delete[](void* block) noexcept {
  give_back(block);
}
void operator delete(void* block, std::size_t) noexcept {
  give_back(block);
}
void operator delete[](void* block, std::size_t) noexcept {
  give_back(block);
}
void operator delete(void* block, const std::nothrow_t&) noexcept {
  give_back(block);
}
void operator delete[](void* block, const std::nothrow_t&) noexcept {
  give_back(block);
}
void operator delete(void* block, std::align_val_t) noexcept {
  give_back(block);
}
void operator delete[](void* block, std::align_val_t) noexcept {
  give_back(block);
}
void operator delete(void* block, std::size_t, std::align_val_t) noexcept {
  give_back(block);
}
void operator delete[](void* block, std::size_t, std::align_val_t) noexcept {
  give_back(block);
}
void operator delete(void* block, std::align_val_t, const std::nothrow_t&) noexcept {
  give_back(block);
}
void operator delete[](void* block, std::align_val_t, const std::nothrow_t&) noexcept {
  give_back(block);
}
