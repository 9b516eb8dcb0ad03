// A Range of numbers, from which a plan draws.
#pragma once

#include <cstdint>

namespace heapstorm {

// Both ends included.
struct Range {
  std::uint32_t low = 1;
  std::uint32_t high = 1;
  bool operator==(const Range&) const = default;
};

}  // namespace heapstorm
