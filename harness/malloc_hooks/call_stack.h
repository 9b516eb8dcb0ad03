// A stack as return addresses, innermost first.
#pragma once

#include <array>
#include <cstddef>

namespace heapstorm::malloc_hooks {

struct CallStack {
  std::array<void*, 24> pcs{};
  std::size_t size = 0;
};

// Where a live block was allocated, as the sanitizer remembers it. Empty if it does not know the block.
CallStack allocation_stack(void* block);

// Of the caller.
CallStack own_stack();

// Takes away the innermost frames as far as one that mentions `part`; none if there is no such frame.
void drop_through(CallStack& stack, const char* part);

// Whether one of the innermost functions, inlined ones too, has a name or a source file with `part` in it.
bool mentions(const CallStack& stack, const char* part);

}  // namespace heapstorm::malloc_hooks
