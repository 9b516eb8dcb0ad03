// The fingerprint of a finding: the same defect in another run, build, machine or tree gives the same 16 digits.
#pragma once

#include <string>
#include <vector>

#include "harness/findings/finding.h"

namespace heapstorm {

// XXH3-64 over kind, tag, and function and file name (no directory, no line) of the first frames of the owner's and the
// offender's stack that belong to the program under test: neither to us, nor to the C or C++ library, nor to Boost.
// Of a fault ("null_deref", "crash") only the innermost function counts, without what was inlined into it; of a data
// race only the variable, or where its heap block comes from, if that is known. Frames without a name count as their
// module's file name. Addresses, threads, counts and lines take no part.
std::string fingerprint(const Finding& finding);

// The frames of a stack that take part, as text; in a header of its own right for tests and reports.
std::vector<std::string> fingerprint_frames(const std::vector<Frame>& stack);

}  // namespace heapstorm
