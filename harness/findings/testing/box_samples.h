// Valid black boxes, from empty to one with everything in it: what tests and the fuzzer start from.
#pragma once

#include "harness/findings/testing/box_builder.h"

namespace heapstorm {

// The ring of a rich box that has wrapped.
constexpr std::uint32_t wrapped_ring = 7;

// A foreign free between two workers, with its hand-offs, events and a few live blocks.
void fill_typical_box(BoxBuilder& builder);

// A finding of every kind with all its sides; exited threads, full stacks, a ring that has wrapped, names that are not
// ASCII, records in the last places of their sections.
void fill_rich_box(BoxBuilder& builder);

}  // namespace heapstorm
