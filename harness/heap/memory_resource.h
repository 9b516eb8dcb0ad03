// A std::pmr memory resource whose blocks belong to the thread that asks for them.
//
//   heapstorm::OwnerHeapResource sessions(heapstorm_name("session"));
//   std::pmr::string text("longer than the string object itself", &sessions);
//
// Each allocation comes from the heap of the thread that makes it, whichever thread has made the resource: one resource
// may serve every thread. So a container must grow, shrink and die on one thread. Destroyed elsewhere it is a
// `foreign_free`, as is every other use by which it lets go of a block on another thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>

namespace heapstorm {

// Thread safety: any thread may use it; it has no state but its tag. It must outlive the containers that use it, as
// every memory resource must.
class OwnerHeapResource final : public std::pmr::memory_resource {
 public:
  // `tag`: a heapstorm_name, or 0. All blocks of this resource carry it.
  explicit OwnerHeapResource(std::uint16_t tag = 0) : tag_(tag) {}
  std::uint16_t tag() const { return tag_; }

 private:
  // Throws std::bad_alloc when there is no memory, when a failure is injected, or beyond an alignment of 1 MiB.
  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  // The size and the alignment are in the block's header already; it is the header that is checked.
  void do_deallocate(void* block, std::size_t bytes, std::size_t alignment) override;
  // Equal to every other one: whose a block is depends on the thread, not on the resource. A container that is moved
  // between two of them therefore takes its blocks along, with the tag that they had.
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override;

  std::uint16_t tag_;
};

}  // namespace heapstorm
