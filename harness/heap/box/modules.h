// The module table of the black box: which file is mapped where, so that stacks can be symbolised after the process's
// death.
#pragma once

#include "harness/heap/box/black_box.h"

namespace heapstorm::heap {

// Adds executable mappings that the table does not have yet. Takes the dynamic loader's lock.
void refresh_modules(BlackBox& box);

// Does so only if the finding's stacks have an address that the table does not cover (a library loaded since).
void refresh_modules_for(BlackBox& box, const heapstorm_box_finding& finding);

}  // namespace heapstorm::heap
