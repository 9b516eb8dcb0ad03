// rst: the connection breaks off. The server's next read is ECONNRESET; bytes that it has not read yet are lost.
#include "harness/storm/faults/leave/close_faults.h"

namespace heapstorm {

LeaveOutcome leave_by_rst(CloseContext& context) {
  context.connection.reset();
  return {};
}

}  // namespace heapstorm
