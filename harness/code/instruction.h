// One instruction, as far as moving it needs. The only user of Zydis.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace heapstorm::code {

enum class Flow : std::uint8_t {
  next,          // goes on behind it
  jump,          // `target`
  branch,        // `target` or behind it
  short_branch,  // the same, but knows short distances only (jrcxz, loop)
  call,          // `target`, and comes back
  other_call,    // to what a register or memory says
  other_jump,    // likewise
  leave,         // ret, ud2 and the like: never behind it
};

struct Instruction {
  std::uint8_t length = 0;
  Flow flow = Flow::next;
  std::int64_t target = 0;     // of jump, branch and call: an address, as `address` was given
  std::uint8_t condition = 0;  // of branch: the low four bits of its opcode
  bool is_unmovable = false;   // relative in a way that has no longer form: to the low 4 GiB, or by 16 bits
  bool is_padding = false;     // nop or int3
  bool is_endbr = false;
  // The memory that it reads or writes relative to its own place: offset of the four bytes in the instruction, and the
  // address.
  std::optional<std::uint8_t> relative_memory_at;
  std::int64_t relative_memory = 0;
  bool is_memory_indirect = false;  // of other_call and other_jump: by such memory
};

// The first instruction of `bytes`, which lie at `address`; nothing if there is none.
std::optional<Instruction> decode(std::span<const std::uint8_t> bytes, std::uint64_t address);
// "jrcxz", for messages; "?" if it is none.
std::string mnemonic(std::span<const std::uint8_t> bytes);

}  // namespace heapstorm::code
