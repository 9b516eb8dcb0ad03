// The words for a block that a foreign thread frees.
#pragma once

#include <cstdint>

#include "harness/malloc_hooks/call_stack.h"

namespace heapstorm::malloc_hooks {

struct Thread {
  std::uint32_t number = 0;  // from 1, in the order in which threads first allocate or free; 1 starts the watch
  int os_number = 0;
};

struct ForeignFree {
  const void* block = nullptr;
  Thread owner;
  CallStack allocation;
  Thread offender;
  CallStack free;
};

// Into the sanitizer's log.
void write_report(const ForeignFree& foreign_free);

}  // namespace heapstorm::malloc_hooks
