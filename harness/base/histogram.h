// Histogram: counts of integer values at about 1.6 % precision, in a fixed size, without allocating; any two can be
// merged.
//
// Log-linear, as HdrHistogram (Tene, 2012): values below 64 have a bucket each; above, every power of two is cut into
// 64 equal buckets. Not safe for use by several threads at once.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace heapstorm {

class Histogram {
 public:
  // Larger values are counted as this one; `max()` stays exact.
  static constexpr std::uint64_t max_value = (1ULL << 40) - 1;

  constexpr void record(std::uint64_t value) {
    ++buckets_[bucket_of(std::min(value, max_value))];
    ++count_;
    max_ = std::max(max_, value);
  }

  constexpr void merge(const Histogram& other) {
    for (std::size_t i = 0; i < bucket_count; ++i) buckets_[i] += other.buckets_[i];
    count_ += other.count_;
    max_ = std::max(max_, other.max_);
  }

  constexpr std::uint64_t count() const { return count_; }
  constexpr std::uint64_t max() const { return max_; }

  // The smallest recorded value that at least `percent` of all values do not exceed, rounded up to the end of its
  // bucket and never above max(); 0 when nothing was recorded. `percent` is at most 100.
  constexpr std::uint64_t percentile(std::uint32_t percent) const {
    if (count_ == 0) return 0;
    const auto product = static_cast<unsigned __int128>(count_) * percent;
    const auto wanted = std::max<std::uint64_t>(1, static_cast<std::uint64_t>((product + 99) / 100));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < bucket_count; ++i) {
      seen += buckets_[i];
      if (seen >= wanted) return i == bucket_count - 1 ? max_ : std::min(last_value_of(i), max_);
    }
    return max_;
  }

 private:
  static constexpr int linear_bits = 6;
  static constexpr std::size_t per_power = 1U << linear_bits;
  static constexpr std::size_t bucket_count = (40 - linear_bits + 1) * per_power;

  static constexpr std::size_t bucket_of(std::uint64_t value) {
    const int shift = std::max(0, static_cast<int>(std::bit_width(value)) - linear_bits - 1);
    return static_cast<std::size_t>(shift) * per_power + static_cast<std::size_t>(value >> shift);
  }

  // Bucket i >= 2 * per_power holds the values (mantissa << shift) to ((mantissa + 1) << shift) - 1.
  static constexpr std::uint64_t last_value_of(std::size_t bucket) {
    if (bucket < 2 * per_power) return bucket;
    const auto shift = bucket / per_power - 1;
    return ((bucket - shift * per_power + 1) << shift) - 1;
  }

  std::array<std::uint64_t, bucket_count> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace heapstorm
