// rst: the connection breaks off. What the server reads, at once, is ECONNRESET; bytes that it has not read yet are
// lost.
#include "harness/storm/faults/leave/close_faults.h"

namespace heapstorm {

LeaveOutcome leave_by_rst(CloseContext& context) {
  context.connection.reset();
  return {};
}

}  // namespace heapstorm
