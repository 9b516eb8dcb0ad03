// Bytes in one block of the owner heap: what the families pass around, keep and forget to release.
#pragma once

#include <cstdint>
#include <string_view>

#include "harness/heap/heap.h"

namespace heapstorm::target {

class OwnedBuffer {
 public:
  // One block of the calling thread's heap, the caller's to destroy. `tag`: a heapstorm_name. Throws std::bad_alloc.
  static OwnedBuffer* create(std::string_view bytes, std::uint16_t tag);
  // The same in another thread's heap, which only that thread may do.
  static OwnedBuffer* create_in(heapstorm_heap* heap, std::string_view bytes, std::uint16_t tag);
  OwnedBuffer(const OwnedBuffer&) = delete;
  OwnedBuffer& operator=(const OwnedBuffer&) = delete;

  // Frees the block, which only the thread that owns it may do.
  void destroy();
  // Valid until destroy().
  std::string_view view() const;

 private:
  explicit OwnedBuffer(std::size_t size_bytes) : size_bytes_(size_bytes) {}
  ~OwnedBuffer() = default;
  static OwnedBuffer* fill(void* block, std::string_view bytes);

  const std::size_t size_bytes_;  // the bytes follow
};

}  // namespace heapstorm::target
