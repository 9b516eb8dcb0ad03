// close_frame: the polite way. A Close frame, then the server's Close, then the socket is closed.
#include <cerrno>

#include "harness/storm/faults/close_faults.h"

namespace heapstorm {

LeaveOutcome leave_by_close_frame(Leaver& leaver) {
  if (!leaver.conversation.say_goodbye(leaver.out)) return {.error = EOPNOTSUPP};
  return {.error = leaver.connection.send(leaver.out), .waits_for = LeaveWait::goodbye};
}

}  // namespace heapstorm
