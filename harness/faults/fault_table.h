// The table of target-side faults. A new kind is a file beside this one, and here its declaration and its row.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/faults/fault_kind.h"

namespace heapstorm {
namespace faults {

const FaultKind& clock_tick();
const FaultKind& clock_jump();
const FaultKind& allocation_failure();
const FaultKind& heap_delay();
const FaultKind& heap_yield();
const FaultKind& descriptor_exhaustion();
const FaultKind& worker_restart();
const FaultKind& worker_stall();
const FaultKind& signal();

}  // namespace faults

// In the order in which they are shown, and in which those happen that fall due together.
inline std::span<const FaultKind* const> fault_kinds() {
  static const std::array table = {
      &faults::clock_tick(),     &faults::clock_jump(),   &faults::allocation_failure(),
      &faults::heap_delay(),     &faults::heap_yield(),   &faults::descriptor_exhaustion(),
      &faults::worker_restart(), &faults::worker_stall(), &faults::signal(),
  };
  return table;
}

}  // namespace heapstorm
