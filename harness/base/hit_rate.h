// A HitRate: k of n attempts, and what that says of the true rate. Never "reproducible" without a number.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace heapstorm {

struct Interval {
  double low = 0, high = 1;
};

struct HitRate {
  std::uint64_t hits = 0, attempts = 0;

  // Where the true rate lies with 95 % confidence (Wilson 1927). Without attempts: anywhere.
  Interval interval() const {
    if (attempts == 0) return {};
    const double z = 1.959964;
    const auto n = static_cast<double>(attempts);
    const double rate = static_cast<double>(hits) / n;
    const double scale = 1 + z * z / n;
    const double middle = (rate + z * z / (2 * n)) / scale;
    const double half = z * std::sqrt(rate * (1 - rate) / n + z * z / (4 * n * n)) / scale;
    // The ends are exact, whatever the rounding does.
    return {hits == 0 ? 0 : std::max(0.0, middle - half), hits == attempts ? 1 : std::min(1.0, middle + half)};
  }
  bool operator==(const HitRate&) const = default;
};

}  // namespace heapstorm
