// Recording a violation: the first one of a fingerprint in full, into the black box, before anything else happens; the
// later ones as a count.
#pragma once

#include <cstdint>

#include "harness/heap/guards/block.h"
#include "harness/heap/recorder/thread_state.h"

namespace heapstorm::heap {

struct Violation {
  heapstorm_box_kind kind = HEAPSTORM_KIND_NONE;
  std::uint64_t address = 0;  // what was passed to free, or the block
  void* block = nullptr;      // first byte of the block concerned, its header readable; null if there is none
  std::uint32_t flags = 0;    // enum heapstorm_box_finding_flags
  std::int32_t damaged_at = 0;
  bool offender_known = true;       // false: only the consequence was found, later, by this thread
  std::uint64_t frame_pointer = 0;  // where the offender's stack starts; 0: not taken
  // foreign_allocate: what was asked for, there being no block yet.
  std::uint32_t wanted_owner = 0;
  std::uint64_t wanted_bytes = 0;
  std::uint16_t wanted_tag = 0;
};

// A violation at `block`.
Violation violation_of(heapstorm_box_kind kind, const Block& block, std::uint64_t frame_pointer);

// Records it, tells the embedder's callback, and under policy `abort` does not return.
void report(ThreadState& offender, const Violation& violation);

}  // namespace heapstorm::heap
