// A Cadence: when something that the plan wants again and again falls due, by wall time or by opens.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

namespace heapstorm {

class Cadence {
 public:
  // Never due.
  Cadence() = default;
  // At most one of the two periods; without any it is never due.
  Cadence(std::optional<std::uint32_t> every_ms, std::optional<std::uint32_t> every_opens, std::int64_t now_us);

  // How often it fell due by wall time since the last call. After a pause at most 1000; the rest is dropped.
  std::uint32_t due_by_time(std::int64_t now_us);
  // How often it fell due since the last call, now that `opens` are complete.
  std::uint32_t due_by_opens(std::uint64_t opens);

  // When it falls due next by wall time; the greatest value if never.
  std::int64_t next_us() const { return next_us_; }

 private:
  std::int64_t period_us_ = 0;
  std::int64_t next_us_ = std::numeric_limits<std::int64_t>::max();
  std::uint64_t opens_between_ = 0;
  std::uint64_t next_open_ = std::numeric_limits<std::uint64_t>::max();
};

}  // namespace heapstorm
