// fin: the client is gone, its kernel says so in order. What the server reads is the end of the stream.
//
// close() alone would reset if the receive buffer held unread data: first our half ends and the buffer is emptied.
#include "harness/storm/faults/leave/close_faults.h"

namespace heapstorm {

LeaveOutcome leave_by_fin(CloseContext& context) {
  int error = context.connection.end_output();
  if (error == 0) error = context.connection.drain();
  context.connection.close();
  return {.error = error};
}

}  // namespace heapstorm
