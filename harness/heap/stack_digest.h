// A digest of the frames of a stack: one instruction a frame, a round of AES that also reads it, where a comparison
// with what was there before takes two and half as many loads again.
//
// Each frame goes through a number of rounds of its own, the innermost through the most. So two stacks have two digests
// if they differ in one frame, or in no more than two bytes of each of two neighbours (MixColumns spreads a column's
// changed bytes: in and out there are five at least). What is left to chance are changes that undo each other: one
// changed byte needs four particular ones in the next frame, 127 patterns of 2^32, and further apart it needs sixteen.
// Several chains side by side would be 3 % faster and worthless: the same change in two of them cancels.
#pragma once

#include <cstddef>
#include <cstdint>

#include "harness/abi/black_box.h"

// For functions that read other functions' frames.
#if defined(__clang__)
#define HEAPSTORM_READS_STACKS __attribute__((no_sanitize("address", "thread", "undefined")))
#else
#define HEAPSTORM_READS_STACKS
#endif

namespace heapstorm::heap {

// The words of one frame: the caller's frame and the return address.
using FrameWords [[gnu::vector_size(16), gnu::aligned(8), gnu::may_alias]] = std::uint64_t;
using FrameDigest [[gnu::vector_size(16)]] = std::uint64_t;

// Whether this processor has the instructions.
bool can_digest_frames();

// Of all frames but the first; `addresses` are HEAPSTORM_STACK_FRAMES, all readable. Only where can_digest_frames().
[[gnu::always_inline]] inline FrameDigest digest_of_frames(const std::uint64_t* addresses);

// ---- inline

#if defined(__x86_64__)
// By name, and not by the compiler's built-in, so that a function needs no attribute to be inlined where it is used.
[[gnu::always_inline]] inline void add_to_digest(FrameDigest& digest, const FrameWords& frame) {
  asm("vaesenc %1, %0, %0" : "+x"(digest) : "m"(frame));
}
#else
inline void add_to_digest(FrameDigest&, const FrameWords&) {}
#endif

HEAPSTORM_READS_STACKS inline FrameDigest digest_of_frames(const std::uint64_t* addresses) {
  FrameDigest digest = *reinterpret_cast<const FrameWords*>(addresses[1]);
#pragma GCC unroll 16
  for (unsigned i = 2; i < HEAPSTORM_STACK_FRAMES; ++i)
    add_to_digest(digest, *reinterpret_cast<const FrameWords*>(addresses[i]));
  return digest;
}

}  // namespace heapstorm::heap
