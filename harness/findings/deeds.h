// What each side of a finding did: "allocated by", "freed again by", "written by". All formats have these words.
#pragma once

#include <string>
#include <vector>

#include "harness/findings/finding.h"

namespace heapstorm {

enum class SideRole { owner, handoff, freed, offender };

// With the preposition: the thread's name follows. What the witness said comes first, else the kind decides.
std::string deed_of(const Finding& finding, SideRole role, const Side& side);

struct NamedSide {
  SideRole role = SideRole::owner;
  std::string deed;
  const Side* side = nullptr;
};

// The place of a finding: of the offender if a source line of its own code is known there, else of the owner, else of
// who freed the block; then any line of the program's, but never one of libc, a sanitizer or ours. Null if there is
// none.
const Frame* place_of(const Finding& finding);

// All sides that are known, in the order in which things happened. Points into `finding`.
std::vector<NamedSide> sides_of(const Finding& finding);

}  // namespace heapstorm
