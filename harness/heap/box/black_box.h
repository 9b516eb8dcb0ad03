// The writer's side of the black box: the mapping and its sections, typed. Layout: harness/abi/black_box.h.
//
// Thread safety: everything after `open` may be used from any thread; entries are filled privately and published by one
// release store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "harness/abi/black_box.h"

namespace heapstorm::heap {

// Every cell that another thread or the runner may look at is accessed through these. Relaxed, unless a publication.
// Always inline, and built-ins instead of std::atomic_ref: a copy of them that an instrumented program shares with us
// would be instrumented too, and trip over the redzones that the heap itself may touch.
template <typename T>
[[gnu::always_inline]] inline T load(const T& cell) {
  return __atomic_load_n(&cell, __ATOMIC_RELAXED);
}
template <typename T>
[[gnu::always_inline]] inline T load_acquire(const T& cell) {
  return __atomic_load_n(&cell, __ATOMIC_ACQUIRE);
}
template <typename T>
[[gnu::always_inline]] inline void store(T& cell, T value) {
  __atomic_store_n(&cell, value, __ATOMIC_RELAXED);
}
template <typename T>
[[gnu::always_inline]] inline void publish(T& cell, T value) {
  __atomic_store_n(&cell, value, __ATOMIC_RELEASE);
}
template <typename T>
[[gnu::always_inline]] inline T add(T& cell, T value) {
  return __atomic_fetch_add(&cell, value, __ATOMIC_ACQ_REL);
}
template <typename T>
[[gnu::always_inline]] inline bool replace(T& cell, T expected, T desired) {
  return __atomic_compare_exchange_n(&cell, &expected, desired, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

class BlackBox {
 public:
  // Maps `fd` (its size decides the arena's), or an anonymous memory file with an arena of `arena_bytes` if fd is -1.
  // Returns 0 or an errno value. Once in a process; the mapping is never undone.
  int open(int fd, std::uint64_t arena_bytes);

  heapstorm_box_header* header() const { return header_; }
  heapstorm_box_control& control() const { return *control_; }
  std::byte* arena() const { return arena_; }
  std::uint64_t arena_bytes() const { return arena_bytes_; }
  // Whether `address`, and the `before` bytes before it, lie in the arena.
  bool in_arena(std::uint64_t address, std::uint64_t before = 0) const {
    return address - reinterpret_cast<std::uint64_t>(arena_) - before < arena_bytes_ - before;
  }
  bool in_arena(const void* address) const { return in_arena(reinterpret_cast<std::uint64_t>(address)); }

  heapstorm_box_name* names() const { return section<heapstorm_box_name>(HEAPSTORM_SECTION_NAMES); }
  heapstorm_box_thread* threads() const { return threads_; }
  heapstorm_box_module* modules() const { return section<heapstorm_box_module>(HEAPSTORM_SECTION_MODULES); }
  std::uint32_t* stack_index() const { return section<std::uint32_t>(HEAPSTORM_SECTION_STACK_INDEX); }
  std::uint64_t* stack_words() const { return section<std::uint64_t>(HEAPSTORM_SECTION_STACKS); }
  std::uint32_t* finding_index() const { return section<std::uint32_t>(HEAPSTORM_SECTION_FINDING_INDEX); }
  heapstorm_box_finding* findings() const { return section<heapstorm_box_finding>(HEAPSTORM_SECTION_FINDINGS); }
  heapstorm_box_handoff* handoffs() const { return section<heapstorm_box_handoff>(HEAPSTORM_SECTION_HANDOFFS); }
  std::uint32_t* pairs() const { return section<std::uint32_t>(HEAPSTORM_SECTION_PAIRS); }
  heapstorm_box_connections& connections() const {
    return *section<heapstorm_box_connections>(HEAPSTORM_SECTION_CONNECTIONS);
  }
  heapstorm_box_ring* rings() const { return section<heapstorm_box_ring>(HEAPSTORM_SECTION_RINGS); }

  std::uint64_t now_us() const;
  std::uint32_t now_ms() const { return static_cast<std::uint32_t>(now_us() / 1000); }
  // From the kernel's coarse clock: a few milliseconds behind, at a tenth of the cost.
  std::uint32_t coarse_now_ms() const;

  // Takes the next index of a section's counter, or `capacity` (and counts the loss) when the section is full.
  std::uint32_t take(std::uint32_t& next, std::uint32_t capacity);

  // The id of an interned string, 0 when the table is full. Linear in nothing: a hash table in place.
  std::uint16_t intern(std::string_view text);

 private:
  template <typename T>
  T* section(int number) const {
    return reinterpret_cast<T*>(reinterpret_cast<std::byte*>(header_) + offsets_[number]);
  }
  int map(int fd, std::uint64_t box_bytes);
  void write_header(std::uint64_t box_bytes);

  heapstorm_box_header* header_ = nullptr;
  heapstorm_box_control* control_ = nullptr;
  heapstorm_box_thread* threads_ = nullptr;
  std::byte* arena_ = nullptr;
  std::uint64_t arena_bytes_ = 0;
  std::uint64_t offsets_[HEAPSTORM_SECTION_COUNT] = {};
};

}  // namespace heapstorm::heap
