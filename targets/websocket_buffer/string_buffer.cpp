#include "targets/websocket_buffer/string_buffer.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "harness/heap/heap.h"

namespace heapstorm::targets::websocket_buffer {

namespace {

void* or_throw(void* block) {
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

}  // namespace

StringBuffer::StringBuffer(std::size_t capacity_bytes, std::uint16_t tag)
    : bytes_(static_cast<char*>(or_throw(heapstorm_allocate(capacity_bytes, tag)))), capacity_(capacity_bytes) {}

StringBuffer::~StringBuffer() {
  heapstorm_free(bytes_);
}

void StringBuffer::append(std::string_view text) {
  if (size_ + text.size() > capacity_) grow(std::max(size_ + text.size(), 2 * capacity_));
  if (!text.empty()) std::memcpy(bytes_ + size_, text.data(), text.size());
  size_ += text.size();
}

void StringBuffer::grow(std::size_t capacity_bytes) {
  bytes_ = static_cast<char*>(or_throw(heapstorm_reallocate(bytes_, capacity_bytes)));
  capacity_ = capacity_bytes;
}

}  // namespace heapstorm::targets::websocket_buffer
