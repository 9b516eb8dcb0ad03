// rst_unread: the client goes while an answer lies in its receive buffer. Its kernel then sends RST instead of FIN
// (RFC 1122, section 4.2.2.13), as it does for `yes | client` that is interrupted.
#include "harness/storm/faults/leave/close_faults.h"

namespace heapstorm {

LeaveOutcome leave_by_rst_unread(CloseContext& context) {
  context.conversation.encode(context.last_words, 0, context.out);
  return {.error = context.connection.send(context.out), .waits_for = LeaveWait::input};
}

}  // namespace heapstorm
