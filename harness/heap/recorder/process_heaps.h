// What the heaps of all threads of the process share: the box, the options, mimalloc's arena. Written once by start(),
// read-only after.
#pragma once

#include <mimalloc.h>
#include <sys/types.h>

#include <cstdint>

#include "harness/heap/box/black_box.h"
#include "harness/heap/guards/block.h"
#include "harness/heap/guards/process_quarantine.h"
#include "harness/heap/heap.h"
#include "harness/heap/stacks/stack_depot.h"

namespace heapstorm::heap {

struct ProcessHeaps {
  BlackBox box;
  StackDepot depot{box};
  heapstorm_heap_options options{};
  mi_arena_id_t arena = 0;
  BlockFormat format;
  std::uint64_t first_possible_block = 0;  // in the arena, a header's length behind its start
  std::uint64_t possible_blocks = 0;       // how many places for a block there are from there on
  pid_t pid = 0;                           // of the process that started the heap
  bool started = false;
  bool exiting = false;     // from then on the embedder's callback is not called: what it uses may be gone
  ProcessQuarantine ended;  // freed blocks of threads that have ended

  // Returns 0 or an errno value.
  int start(const heapstorm_heap_options& wanted);
  // In a fork of the process that started the heap: there the blocks and the box are still the parent's, and what says
  // which of them wait in a quarantine is a copy that is out of date. A system call.
  bool is_in_fork() const;
  bool is_guarded() const { return format.tail_bytes != 0 || options.quarantine_bytes != 0; }
  bool has_all_guards() const { return options.stacks && options.canaries; }
  bool uses_system_backend() const { return options.backend == HEAPSTORM_BACKEND_SYSTEM; }
  bool is_unchecked() const { return options.backend >= HEAPSTORM_BACKEND_UNCHECKED_MIMALLOC; }
};

// The only one. A heap's state is necessarily global: `free(p)` has nothing but p. Constant-initialised, so that it
// is usable before any constructor has run.
extern constinit ProcessHeaps the_heaps;
inline ProcessHeaps& heaps() {
  return the_heaps;
}

}  // namespace heapstorm::heap
