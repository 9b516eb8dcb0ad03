// An allocator for standard containers whose blocks belong to the thread that asks for them.
//
//   using Sessions = std::vector<Session, heapstorm::OwnerAllocator<Session>>;
//   Sessions sessions{heapstorm::OwnerAllocator<Session>(heapstorm_name("session"))};
//
// The rule is that of memory_resource.h: a container grows, shrinks and dies on one thread. Without a virtual call, and
// with a type of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <type_traits>

#include "harness/heap/heap.h"

namespace heapstorm {

// Thread safety: any thread may use it; it is a value, its tag.
template <typename T>
class OwnerAllocator {
 public:
  using value_type = T;
  // Whose a block is depends on the thread, so every allocator may free what another one has allocated. The tag goes
  // with the container that is moved or swapped.
  using is_always_equal = std::true_type;
  using propagate_on_container_move_assignment = std::true_type;
  using propagate_on_container_swap = std::true_type;

  OwnerAllocator() = default;
  // `tag`: a heapstorm_name, or 0.
  explicit OwnerAllocator(std::uint16_t tag) : tag_(tag) {}
  template <typename U>
  OwnerAllocator(const OwnerAllocator<U>& other) : tag_(other.tag()) {}

  // Throws std::bad_alloc when there is no memory, or when a failure is injected.
  T* allocate(std::size_t count) {
    if (count > std::numeric_limits<std::size_t>::max() / element_bytes) throw std::bad_array_new_length();
    void* block = heapstorm_allocate_aligned(alignof(T), count * element_bytes, tag_);
    if (block == nullptr) throw std::bad_alloc();
    return static_cast<T*>(block);
  }
  void deallocate(T* block, std::size_t) { heapstorm_free(block); }

  std::uint16_t tag() const { return tag_; }

 private:
  static constexpr std::size_t element_bytes = sizeof(T);  // NOLINT(bugprone-sizeof-expression): T may be a pointer.
  std::uint16_t tag_ = 0;
};

template <typename T, typename U>
bool operator==(const OwnerAllocator<T>&, const OwnerAllocator<U>&) {
  return true;
}

}  // namespace heapstorm
