// The access to memory that killed the target, as its host recorded it in the black box (harness/host/fault_record.h).
#pragma once

#include <cstdint>
#include <optional>

#include "harness/findings/black_box_reader.h"
#include "harness/findings/finding.h"
#include "harness/findings/symbolizer.h"

namespace heapstorm {

struct TargetFault {
  int signal = 0;
  std::uint64_t address = 0;  // HEAPSTORM_ADDRESS_NON_CANONICAL: one that the processor has not
  Side thread;                // who, and the instruction as its stack's only frame
};

// Nothing if the host recorded none, as in the sanitizer flavours.
std::optional<TargetFault> fault_of(const BlackBoxReader& box, Symbolizer& symbolizer);

}  // namespace heapstorm
