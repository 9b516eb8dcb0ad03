#include "harness/storm/faults/close_faults.h"

#include <array>

namespace heapstorm {

// Indexed by CloseKind.
const CloseFault& close_fault(CloseKind kind) {
  static constexpr std::array<CloseFault, close_kind_count> table = {{
      {"a WebSocket Close frame with code 1000, then FIN", true, leave_by_close_frame},
      {"FIN, without a word", true, leave_by_fin},
      {"RST", false, leave_by_rst},
  }};
  return table[static_cast<std::size_t>(kind)];
}

}  // namespace heapstorm
