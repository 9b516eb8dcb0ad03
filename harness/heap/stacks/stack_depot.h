// The stack depot: every distinct stack once, in the black box, named by a 32-bit id. Lock-free; entries are never
// removed. Borrowed idea: the sanitizers' stack depot.
#pragma once

#include <cstdint>

#include "harness/heap/box/black_box.h"

namespace heapstorm::heap {

class StackDepot {
 public:
  explicit constexpr StackDepot(BlackBox& box) : box_(box) {}

  // The id of these frames (return addresses, innermost first, at most HEAPSTORM_STACK_FRAMES), or 0 if there are none
  // or the depot is full (which the box counts as dropped). Any thread.
  std::uint32_t intern(const std::uint64_t* frames, std::uint32_t count);

 private:
  bool matches(std::uint32_t id, std::uint64_t length_word, const std::uint64_t* frames, std::uint32_t count) const;
  std::uint32_t write(std::uint64_t length_word, const std::uint64_t* frames, std::uint32_t count);

  BlackBox& box_;
};

}  // namespace heapstorm::heap
