#include "harness/heap/stacks/stack_digest.h"

namespace heapstorm::heap {

bool can_digest_frames() {
#if defined(__x86_64__)
  __builtin_cpu_init();  // A constructor may allocate before that of the compiler's library.
  return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("aes") != 0;
#else
  return false;
#endif
}

bool FrameOffsets::pack(const std::uint64_t* addresses) {
  for (unsigned pair = 0; pair < pair_count; ++pair) {
    std::uint64_t even = addresses[2 * pair] - addresses[0];
    std::uint64_t odd = addresses[2 * pair + 1] - addresses[0];
    if ((even | odd) >> 32 != 0) return false;
    pairs_[pair] = odd << 32 | even;
  }
  return true;
}

}  // namespace heapstorm::heap
