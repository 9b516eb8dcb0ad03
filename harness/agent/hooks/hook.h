// Hooks at the entries of functions: every call of the function, also one inside its own module, comes to a
// replacement, which can call the function itself.
//
// A jump takes the place of the first instructions, which run elsewhere (see harness/code/moved_code.h). While it is
// written, all other threads stand still, and one that stood among these instructions goes on in their copy, so
// that no thread runs half of it (but see stopped_threads.h for what a signal has interrupted). Not reversible. Not
// thread-safe: one call at a time. Allocates nothing on the program's heaps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "harness/code/moved_code.h"

namespace heapstorm::agent {

struct Hook {
  const code::MovedCode* moved = nullptr;
  std::uint64_t base = 0;      // where the function's module is loaded
  std::uint64_t function = 0;  // its address in memory
  const void* replacement = nullptr;
  void** original = nullptr;  // becomes the function as it was, before the first call reaches the replacement
  heapstorm_hook_state state = HEAPSTORM_HOOK_NOT_TRIED;
};

// Installs all that can be, and says of each how it went. The more at once the better: threads are stopped once.
void install(std::span<Hook> hooks);

}  // namespace heapstorm::agent
