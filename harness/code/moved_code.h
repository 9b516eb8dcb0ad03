// MovedCode: the first instructions of a function, made ready to run elsewhere, so that a jump can take their place.
// What in them is relative to where they lay is noted as a fixup; place() writes them for one place.
//
// A plain value of fixed size without pointers: the runner makes it, and whoever patches the function receives it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace heapstorm::code {

constexpr std::size_t jump_bytes = 5;  // a jump with 32 bits of distance

struct CodeFixup {
  enum class Kind : std::uint8_t {
    relative,  // 4 bytes: the distance from the end of their instruction to the target
    absolute,  // 8 bytes: the target's address
  };
  Kind kind;
  std::uint8_t at;      // offset in MovedCode::bytes
  std::uint8_t end;     // of the instruction that they belong to; of no meaning when absolute
  std::int64_t target;  // an address as the module's file has it: where it is loaded is added
};

struct MovedCode {
  static constexpr std::size_t max_bytes = 80;
  static constexpr std::size_t max_instructions = 5;  // as many begin in the bytes of a jump
  static constexpr std::size_t max_fixups = 10;
  static constexpr std::size_t max_old_bytes = 20;  // one byte less than a jump, and the longest instruction

  std::uint8_t skipped;  // bytes of the function before the jump, which stay: its endbr64
  std::uint8_t length;   // bytes after them that the jump may overwrite: whole instructions, at least jump_bytes
  std::uint8_t size;     // of `bytes`
  std::uint8_t instruction_count;
  std::uint8_t fixup_count;
  // What was there, from the start of the function.
  std::uint8_t old_bytes[4 + max_old_bytes];
  // Where each instruction began (after `skipped`), and where it begins in `bytes`.
  std::uint8_t old_starts[max_instructions];
  std::uint8_t new_starts[max_instructions];
  // With a jump at their end to what follows in the function, if anything does.
  std::uint8_t bytes[max_bytes];
  CodeFixup fixups[max_fixups];
};

// Writes the code for `destination`, of a function whose module is loaded at `base`. False: a target is out of reach (2
// GiB), or `moved` is not what move_start() makes; then `out` (max_bytes) is not whole.
inline bool place(const MovedCode& moved, std::uint64_t base, std::uint64_t destination, std::uint8_t* out) {
  if (moved.size > MovedCode::max_bytes || moved.instruction_count > MovedCode::max_instructions ||
      moved.fixup_count > MovedCode::max_fixups)
    return false;
  std::memcpy(out, moved.bytes, moved.size);
  for (std::size_t i = 0; i < moved.fixup_count; ++i) {
    const CodeFixup& fixup = moved.fixups[i];
    const std::uint64_t target = base + static_cast<std::uint64_t>(fixup.target);
    const bool is_relative = fixup.kind == CodeFixup::Kind::relative;
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
