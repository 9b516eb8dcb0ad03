// The one line that says what happened to a block, for a person.
#pragma once

#include <string>

#include "harness/abi/black_box.h"
#include "harness/findings/finding.h"

namespace heapstorm {

// "block of 45 bytes tagged date_header: allocated by worker-0, freed by worker-1". `finding` has its block and sides
// already.
std::string describe_violation(const Finding& finding, const heapstorm_box_finding& record);

}  // namespace heapstorm
