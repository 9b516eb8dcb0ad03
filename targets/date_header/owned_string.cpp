#include "targets/date_header/owned_string.h"

#include <cstring>
#include <new>

#include "harness/heap/heap.h"

namespace heapstorm::targets::date_header {

OwnedString* OwnedString::create(std::string_view text, std::uint16_t tag) {
  void* const block = heapstorm_allocate(sizeof(OwnedString) + text.size(), tag);
  if (block == nullptr) throw std::bad_alloc();
  auto* const string = new (block) OwnedString(static_cast<std::uint32_t>(text.size()));
  std::memcpy(reinterpret_cast<char*>(string + 1), text.data(), text.size());
  return string;
}

OwnedString* OwnedString::acquire() {
  ++references_;
  return this;
}

void OwnedString::release() {
  if (--references_ == 0) heapstorm_free(this);
}

std::string_view OwnedString::view() const {
  return {reinterpret_cast<const char*>(this + 1), length_};
}

}  // namespace heapstorm::targets::date_header
