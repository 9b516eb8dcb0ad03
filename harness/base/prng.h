// Seeded, integer-only random numbers: the same bits on every machine, compiler and build.
//
// The generator is SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014). It
// is splittable: `Prng(seed).fork(i)` gives an independent stream for the i-th connection without drawing the streams
// before it, which is how a plan of a million connections needs no memory.
#pragma once

#include <cstdint>

namespace heapstorm {

class Prng {
 public:
  explicit constexpr Prng(std::uint64_t seed) : state_(seed) {}

  // An independent stream, a pure function of this stream's seed state and `index`.
  constexpr Prng fork(std::uint64_t index) const { return Prng(mix(state_ ^ mix(index + golden))); }

  constexpr std::uint64_t next() { return mix(state_ += golden); }

  // Uniform in [0, bound); 0 when bound is 0. Multiply-shift: the bias is below bound / 2^64.
  constexpr std::uint64_t below(std::uint64_t bound) {
    return static_cast<std::uint64_t>((static_cast<unsigned __int128>(next()) * bound) >> 64);
  }

  // Uniform in [low, high], both included; requires low <= high.
  constexpr std::uint64_t between(std::uint64_t low, std::uint64_t high) { return low + below(high - low + 1); }

 private:
  static constexpr std::uint64_t golden = 0x9e3779b97f4a7c15ULL;

  static constexpr std::uint64_t mix(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
  }

  std::uint64_t state_;
};

}  // namespace heapstorm
