// The access to memory, or other deed of its own code, that killed the target, as its host recorded it in the black box
// (harness/host/fault_record.h).
#pragma once

#include <cstdint>
#include <optional>

#include "harness/findings/black_box_reader.h"
#include "harness/findings/finding.h"
#include "harness/findings/symbolizer.h"

namespace heapstorm {

struct TargetFault {
  int signal = 0;
  std::uint64_t address = 0;     // HEAPSTORM_ADDRESS_NON_CANONICAL: one that the processor has not
  bool stack_exhausted = false;  // the access was at the end of the thread's stack
  Side thread;                   // who, what it was doing, and where
};

// Nothing if the host recorded none: in the sanitizer flavours, most are the sanitizer's to report.
std::optional<TargetFault> fault_of(const BlackBoxReader& box, Symbolizer& symbolizer);

}  // namespace heapstorm
