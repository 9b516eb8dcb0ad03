// The storm's clock, and Timers: wakes clients at a time. For the few that have to do something by themselves; the
// deadlines that nearly always come to nothing are swept instead.
//
// A timer cannot be taken back: who is woken looks whether it still is the time.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <queue>
#include <vector>

namespace heapstorm {

inline std::int64_t monotonic_us() {
  const auto since_boot = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since_boot).count();
}

class Timers {
 public:
  void add(std::int64_t time_us, std::uint32_t client) { queue_.push({time_us, client}); }

  // The greatest value if there is none.
  std::int64_t next_us() const {
    return queue_.empty() ? std::numeric_limits<std::int64_t>::max() : queue_.top().time_us;
  }

  // A client whose time has come; each timer once.
  std::optional<std::uint32_t> take_due(std::int64_t now_us) {
    if (next_us() > now_us) return std::nullopt;
    const std::uint32_t client = queue_.top().client;
    queue_.pop();
    return client;
  }

 private:
  struct Timer {
    std::int64_t time_us;
    std::uint32_t client;
    bool operator>(const Timer& other) const { return time_us > other.time_us; }
  };
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> queue_;
};

}  // namespace heapstorm
