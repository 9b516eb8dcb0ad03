#include "targets/common/owned_buffer.h"

#include <cstring>
#include <new>

namespace heapstorm::target {

OwnedBuffer* OwnedBuffer::create(std::string_view bytes, std::uint16_t tag) {
  return fill(heapstorm_allocate(sizeof(OwnedBuffer) + bytes.size(), tag), bytes);
}

OwnedBuffer* OwnedBuffer::create_in(heapstorm_heap* heap, std::string_view bytes, std::uint16_t tag) {
  return fill(heapstorm_allocate_in(heap, sizeof(OwnedBuffer) + bytes.size(), tag), bytes);
}

OwnedBuffer* OwnedBuffer::fill(void* block, std::string_view bytes) {
  if (block == nullptr) throw std::bad_alloc();
  auto* const buffer = new (block) OwnedBuffer(bytes.size());
  std::memcpy(reinterpret_cast<char*>(buffer + 1), bytes.data(), bytes.size());
  return buffer;
}

void OwnedBuffer::destroy() {
  heapstorm_free(this);
}

std::string_view OwnedBuffer::view() const {
  return {reinterpret_cast<const char*>(this + 1), size_bytes_};
}

}  // namespace heapstorm::target
