// process_kill: the process that has the connection dies of SIGKILL, with a message on its way. What the server sees is
// its kernel's doing: FIN, or RST if the answer had come already.
#include <cerrno>

#include "harness/storm/faults/leave/close_faults.h"

namespace heapstorm {

LeaveOutcome leave_by_process_kill(CloseContext& context) {
  if (context.doomed_clients == nullptr) return {.error = ECHILD};
  context.conversation.encode(context.last_words, 0, context.out);
  int error = context.connection.send(context.out);
  if (error == 0) error = context.doomed_clients->hold(context.connection.descriptor());
  context.connection.close();  // now the other process is the only one that has it
  if (error == 0) error = context.doomed_clients->kill();
  return {.error = error, .waits_for = LeaveWait::kill};
}

}  // namespace heapstorm
