// What the owner heap recorded in a black box, as Findings.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/findings/black_box_reader.h"
#include "harness/findings/finding.h"
#include "harness/findings/symbolizer.h"

namespace heapstorm {

// One Finding per record, with names, stacks symbolised, summary and fingerprint, in the order of the records. Records
// that the box's fingerprint kept apart may have the same one here: see deduplicate. A damaged record gives a damaged
// Finding.
std::vector<Finding> owner_heap_findings(const BlackBoxReader& box, Symbolizer& symbolizer);

// "handshake", "message 3"; "" for none and for what is no action.
std::string action_text(std::uint32_t action);

}  // namespace heapstorm
