#include "harness/faults/cadence.h"

namespace heapstorm {
namespace {

constexpr std::uint32_t max_in_a_row = 1000;

}  // namespace

Cadence::Cadence(std::optional<std::uint32_t> every_ms, std::optional<std::uint32_t> every_opens, std::int64_t now_us) {
  if (every_ms && *every_ms > 0) {
    period_us_ = static_cast<std::int64_t>(*every_ms) * 1000;
    next_us_ = now_us + period_us_;
  }
  if (every_opens && *every_opens > 0) {
    opens_between_ = *every_opens;
    next_open_ = opens_between_;
  }
}

std::uint32_t Cadence::due_by_time(std::int64_t now_us) {
  std::uint32_t due = 0;
  for (; next_us_ <= now_us; next_us_ += period_us_, ++due) {
    if (due == max_in_a_row) {
      next_us_ = now_us + period_us_;
      break;
    }
  }
  return due;
}

std::uint32_t Cadence::due_by_opens(std::uint64_t opens) {
  std::uint32_t due = 0;
  for (; next_open_ <= opens; next_open_ += opens_between_) ++due;
  return due;
}

}  // namespace heapstorm
