// A reference-counted string in the owner heap, modelled on PHP's zend_string: count, length and bytes in one block.
// The count is not atomic, because such a string belongs to one thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace heapstorm::targets::date_header {

class OwnedString {
 public:
  // One block of the calling thread's heap with one reference, the caller's. `tag`: a heapstorm_name. Throws
  // std::bad_alloc.
  static OwnedString* create(std::string_view text, std::uint16_t tag);
  OwnedString(const OwnedString&) = delete;
  OwnedString& operator=(const OwnedString&) = delete;

  // One reference more.
  OwnedString* acquire();
  // One reference less; the last one frees the block, which only the thread that created it may do.
  void release();
  // Valid as long as a reference is held.
  std::string_view view() const;

 private:
  explicit OwnedString(std::uint32_t length) : length_(length) {}
  ~OwnedString() = default;

  std::uint32_t references_ = 1;
  const std::uint32_t length_;  // the bytes follow
};

}  // namespace heapstorm::targets::date_header
