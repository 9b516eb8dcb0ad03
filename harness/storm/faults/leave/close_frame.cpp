// close_frame: the polite way. A Close frame, then the server's Close, then the socket is closed.
#include <cerrno>

#include "harness/storm/faults/leave/close_faults.h"

namespace heapstorm {

LeaveOutcome leave_by_close_frame(CloseContext& context) {
  if (!context.conversation.encode_goodbye(context.out)) return {.error = EOPNOTSUPP};
  return {.error = context.connection.send(context.out), .waits_for = LeaveWait::goodbye};
}

}  // namespace heapstorm
