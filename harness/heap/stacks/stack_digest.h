// A digest of the frames of a stack: one instruction a frame, a round of AES that also reads it, where a comparison
// with what was there before takes two and half as many loads again.
//
// Two chains, because a round waits for the one before it: the inner nine frames, the outer six. In its chain each
// frame goes through a number of rounds of its own. The outer chain ends with one round more, and then its bytes change
// places, the columns of AES's square become its rows: what a change makes of a column there, it makes of a row here,
// so the same change in both does not cancel.
//
// So two stacks have two digests if they differ in one frame, or in no more than four bytes of two (MixColumns spreads
// a column's changed bytes: in and out there are five at least). What is left to chance are changes that undo each
// other: one changed byte needs four particular ones in the next frame, 127 patterns of 2^32, and further apart it
// needs more. A stack of fewer frames has its outermost one several times.
#pragma once

#include <cstddef>
#include <cstdint>

#include "harness/heap/stack_walk.h"

namespace heapstorm::heap {

// The words of one frame: the caller's frame and the return address.
using FrameWords [[gnu::vector_size(16), gnu::aligned(8), gnu::may_alias]] = std::uint64_t;
using FrameDigest [[gnu::vector_size(16)]] = std::uint64_t;

// Whether this processor has the instructions.
bool can_digest_frames();

// Where the frames of a stack lie: their distances from the innermost one, two to a word, which saves half of the
// loads.
class FrameOffsets {
 public:
  // `addresses` are HEAPSTORM_STACK_FRAMES. False: one is too far away.
  bool pack(const std::uint64_t* addresses);
  std::uint64_t of_even(unsigned pair) const { return static_cast<std::uint32_t>(pairs_[pair]); }
  std::uint64_t of_odd(unsigned pair) const { return pairs_[pair] >> 32; }
  static constexpr unsigned pair_count = HEAPSTORM_STACK_FRAMES / 2;

 private:
  std::uint64_t pairs_[pair_count] = {};
};

// Of all frames but the innermost, which must be readable. Only where can_digest_frames().
[[gnu::always_inline]] inline FrameDigest digest_of_frames(std::uint64_t innermost, const FrameOffsets& offsets);

[[gnu::always_inline]] inline bool same_digests(const FrameDigest& one, const FrameDigest& other);

// ---- inline

#if defined(__x86_64__)
// By name, and not by the compiler's built-ins, so that a function needs no attribute to be inlined where it is used.
[[gnu::always_inline]] inline void add_to_digest(FrameDigest& digest, const FrameWords& frame) {
  asm("vaesenc %1, %0, %0" : "+x"(digest) : "m"(frame));
}
// A round that adds nothing, then the transposition.
[[gnu::always_inline]] inline void close_outer_chain(FrameDigest& digest) {
  constexpr FrameDigest nothing = {};
  constexpr FrameDigest rows_of_columns = {0x0d0905010c080400, 0x0f0b07030e0a0602};
  asm("vaesenc %1, %0, %0" : "+x"(digest) : "x"(nothing));
  asm("vpshufb %1, %0, %0" : "+x"(digest) : "x"(rows_of_columns));
}
#else
inline void add_to_digest(FrameDigest&, const FrameWords&) {}
inline void close_outer_chain(FrameDigest&) {}
#endif

inline bool same_digests(const FrameDigest& one, const FrameDigest& other) {
  FrameDigest differences = one ^ other;
#if defined(__clang__)
  return __builtin_reduce_or(differences) == 0;
#else
  return (differences[0] | differences[1]) == 0;
#endif
}

inline const FrameWords& frame_at(std::uint64_t innermost, std::uint64_t offset) {
  return *reinterpret_cast<const FrameWords*>(innermost + offset);
}

HEAPSTORM_READS_STACKS inline FrameDigest digest_of_frames(std::uint64_t innermost, const FrameOffsets& offsets) {
  constexpr unsigned first_outer = 5;
  FrameDigest inner = frame_at(innermost, offsets.of_odd(0));
  FrameDigest outer = frame_at(innermost, offsets.of_even(first_outer));
  add_to_digest(outer, frame_at(innermost, offsets.of_odd(first_outer)));
#pragma GCC unroll 8
  for (unsigned i = 1; i < first_outer; ++i) {
    add_to_digest(inner, frame_at(innermost, offsets.of_even(i)));
    add_to_digest(inner, frame_at(innermost, offsets.of_odd(i)));
    if (first_outer + i >= FrameOffsets::pair_count) continue;
    add_to_digest(outer, frame_at(innermost, offsets.of_even(first_outer + i)));
    add_to_digest(outer, frame_at(innermost, offsets.of_odd(first_outer + i)));
  }
  close_outer_chain(outer);
  return inner ^ outer;
}

}  // namespace heapstorm::heap
