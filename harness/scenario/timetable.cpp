#include "harness/scenario/timetable.h"

#include <limits>

#include "harness/base/check.h"

namespace heapstorm {
namespace {

constexpr std::uint64_t endless = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t second_us = 1'000'000;

std::uint64_t length_us(const ArrivalPhase& phase) {
  return phase.for_ms ? std::uint64_t{*phase.for_ms} * 1000 : 0;
}

std::uint64_t count_of(const ArrivalPhase& phase) {
  if (phase.burst > 0) return phase.burst;
  if (!phase.for_ms) return endless;
  return (std::uint64_t{phase.from_per_s} + phase.to_per_s) * *phase.for_ms / 2000;
}

// Whether the ramp has begun `index` connections by `time_us`. With the rates a and b and the length T it has begun
// a t + (b - a) t^2 / 2T by the time t; both sides are multiplied by 2T, so that nothing is rounded.
bool has_begun(const ArrivalPhase& phase, std::uint64_t index, std::uint64_t time_us) {
  const __int128 twice_length = __int128{2} * length_us(phase);
  const __int128 time = time_us;
  const __int128 growth = __int128{phase.to_per_s} - phase.from_per_s;
  return twice_length * phase.from_per_s * time + growth * time * time >= twice_length * index * second_us;
}

// Since the phase's begin. A ramp's root by bisection: whole numbers only, so every machine finds the same.
std::uint64_t offset_us(const ArrivalPhase& phase, std::uint64_t index) {
  if (phase.burst > 0) return 0;
  if (phase.from_per_s == phase.to_per_s) {
    return static_cast<std::uint64_t>(static_cast<unsigned __int128>(index) * second_us / phase.from_per_s);
  }
  std::uint64_t low = 0;
  std::uint64_t high = length_us(phase);
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    has_begun(phase, index, middle) ? high = middle : low = middle + 1;
  }
  return low;
}

}  // namespace

Timetable::Timetable(const std::vector<ArrivalPhase>& phases) {
  std::uint64_t begin_us = 0;
  std::uint64_t first = 0;
  for (const ArrivalPhase& phase : phases) {
    const std::uint64_t count = count_of(phase);
    stretches_.push_back({phase, begin_us, first, count});
    if (count == endless) return;
    begin_us += length_us(phase);
    first += count;
  }
}

std::uint64_t Timetable::connection_count() const {
  if (stretches_.empty()) return 0;
  const Stretch& last = stretches_.back();
  return last.count == endless ? endless : last.first + last.count;
}

std::uint64_t Timetable::start_us(std::uint64_t index) const {
  for (const Stretch& stretch : stretches_) {
    if (index - stretch.first < stretch.count)
      return stretch.begin_us + offset_us(stretch.phase, index - stretch.first);
  }
  HEAPSTORM_CHECK(false);
}

}  // namespace heapstorm
