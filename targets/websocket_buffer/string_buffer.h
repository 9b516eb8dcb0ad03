// A text buffer in the owner heap that is used again and again, modelled on swoole::String. It belongs to one thread,
// which creates, fills and destroys it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace heapstorm::targets::websocket_buffer {

class StringBuffer {
 public:
  // Takes one block of the calling thread's heap. `tag`: a heapstorm_name. Throws std::bad_alloc.
  StringBuffer(std::size_t capacity_bytes, std::uint16_t tag);
  ~StringBuffer();
  StringBuffer(const StringBuffer&) = delete;
  StringBuffer& operator=(const StringBuffer&) = delete;

  // Forgets the text and keeps the block.
  void clear() { size_ = 0; }
  // Reallocates the block, to twice its size or more, when the text does not fit. Throws std::bad_alloc.
  void append(std::string_view text);
  // Valid until the next call.
  std::string_view view() const { return {bytes_, size_}; }

 private:
  void grow(std::size_t capacity_bytes);

  char* bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_;
};

}  // namespace heapstorm::targets::websocket_buffer
