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

// What a side was doing, as a record has it: the connection of the plan or, as text, the target's own count; the
// action.
void fill_work(std::uint32_t connection, std::uint32_t action, Side& side);

// "handshake", "message 3"; "" for none and for what is no action.
std::string action_text(std::uint32_t action);

}  // namespace heapstorm
