// The storm's clock.
#pragma once

#include <chrono>
#include <cstdint>

namespace heapstorm {

inline std::int64_t monotonic_us() {
  const auto since_boot = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since_boot).count();
}

}  // namespace heapstorm
