// half_close: the client has said all, and its kernel says so, but it still reads. A server that forgets such a
// connection leaks it; one that takes the end for a broken connection loses its last answer.
#include "harness/storm/faults/leave/close_faults.h"

namespace heapstorm {

LeaveOutcome leave_by_half_close(CloseContext& context) {
  return {.error = context.connection.end_output(), .waits_for = LeaveWait::end};
}

}  // namespace heapstorm
