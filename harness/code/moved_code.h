// MovedCode: the first instructions of a function, made ready to run elsewhere, so that a jump can take their place.
// What in them is relative to where they lay is noted as a fixup; place() writes them for one place.
//
// A plain value of fixed size without pointers: the runner makes it, and whoever patches the function receives it in a
// hook plan. move_start() makes it, in function_start.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "harness/abi/hook_plan.h"

namespace heapstorm::code {

using MovedCode = heapstorm_moved_code;

// Writes the code for `destination`, of a function whose module is loaded at `base`. False: a target is out of reach (2
// GiB), or `moved` is not what move_start() makes; then `out` (HEAPSTORM_MOVED_BYTES) is not whole.
inline bool place(const MovedCode& moved, std::uint64_t base, std::uint64_t destination, std::uint8_t* out) {
  if (moved.size > HEAPSTORM_MOVED_BYTES || moved.instruction_count > HEAPSTORM_MOVED_INSTRUCTIONS ||
      moved.fixup_count > HEAPSTORM_MOVED_FIXUPS) {
    return false;
  }
  std::memcpy(out, moved.bytes, moved.size);
  for (std::size_t i = 0; i < moved.fixup_count; ++i) {
    const heapstorm_code_fixup& fixup = moved.fixups[i];
    const std::uint64_t target = base + static_cast<std::uint64_t>(fixup.target);
    const bool is_relative = fixup.kind == HEAPSTORM_FIXUP_RELATIVE;
    if (fixup.at + (is_relative ? sizeof(std::int32_t) : sizeof target) > moved.size) return false;
    if (!is_relative) {
      std::memcpy(out + fixup.at, &target, sizeof target);
      continue;
    }
    const auto distance = static_cast<std::int64_t>(target - (destination + fixup.end));
    const auto short_distance = static_cast<std::int32_t>(distance);
    if (short_distance != distance) return false;
    std::memcpy(out + fixup.at, &short_distance, sizeof short_distance);
  }
  return true;
}

}  // namespace heapstorm::code
