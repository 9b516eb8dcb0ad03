// The start of a function, as machine code (x86-64): whether a jump can take its place, and what then has to run
// elsewhere.
//
// The idea of a trampoline is that of Detours (Hunt and Brubacher, 1999); the refusals are ours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "harness/code/moved_code.h"

namespace heapstorm::code {

struct FunctionCode {
  std::uint64_t address = 0;            // as the module's file has it
  std::span<const std::uint8_t> bytes;  // all of it, and then what lies before the next function
  std::size_t size = 0;                 // of the function itself
};

enum class Refusal : std::uint8_t {
  none,
  too_short,              // it ends before a jump would, and another function follows
  undecodable,            // somewhere there is no instruction, so nobody knows where it jumps to
  jump_into_start,        // from behind, into what the jump would overwrite
  jump_to_start,          // a loop: each turn of it would look like a call
  unmovable_instruction,  // in the start
};

struct StartOfFunction {
  Refusal refusal = Refusal::none;
  std::string detail;  // of a refusal: what, and at which offset of the function
  MovedCode moved{};   // unless refused
};

// `parts`: other pieces of the same function, which the compiler has put elsewhere (`.cold`). Pure; from any thread.
StartOfFunction move_start(const FunctionCode& function, std::span<const FunctionCode> parts = {});

// "is shorter than a jump", to follow the name of the function.
const char* to_words(Refusal refusal);

}  // namespace heapstorm::code
