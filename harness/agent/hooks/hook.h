// Hooks at the entries of functions: every call of the function, also one inside its own module, comes to a
// replacement, which can call the function itself.
//
// A jump takes the place of the first instructions, which run elsewhere (see harness/code/moved_code.h). While it is
// written, all other threads stand still, and one that stood among these instructions goes on in their copy: no thread
// ever runs half of it. Not reversible. Not thread-safe: one call at a time. Allocates nothing on the program's heaps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "harness/code/moved_code.h"

namespace heapstorm::agent {

enum class HookResult : std::uint8_t {
  not_tried,
  hooked,
  other_code,      // memory does not hold what the file does: somebody else has changed the function
  no_near_memory,  // for the copy
  out_of_reach,    // what the first instructions need, from there
  not_writable,    // the system does not let code be changed
  threads_go_on,   // not all of them could be stopped
};

struct Hook {
  const code::MovedCode* moved = nullptr;
  std::uint64_t base = 0;      // where the function's module is loaded
  std::uint64_t function = 0;  // its address in memory
  const void* replacement = nullptr;
  void** original = nullptr;  // becomes the function as it was, before the first call reaches the replacement
  HookResult result = HookResult::not_tried;
};

// Installs all that can be, and says of each how it went. The more at once the better: threads are stopped once.
void install(std::span<Hook> hooks);

}  // namespace heapstorm::agent
