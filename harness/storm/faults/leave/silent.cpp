// silent: the client is there and does nothing, like one whose machine was unplugged or whose network is gone. Only the
// server's own timeout ends it before the planned time is over.
#include "harness/storm/faults/leave/close_faults.h"

namespace heapstorm {

LeaveOutcome leave_in_silence(CloseContext&) {
  return {.waits_for = LeaveWait::time};
}

}  // namespace heapstorm
