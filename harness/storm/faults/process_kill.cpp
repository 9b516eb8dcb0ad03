// process_kill: the process that has the connection dies of SIGKILL, with a message on its way. What the server sees is
// its kernel's doing: FIN, or RST if the answer had come already.
#include <cerrno>

#include "harness/storm/faults/close_faults.h"

namespace heapstorm {

LeaveOutcome leave_by_process_kill(Leaver& leaver) {
  if (leaver.doomed_clients == nullptr) return {.error = ECHILD};
  leaver.conversation.say(leaver.last_words, 0, leaver.out);
  int error = leaver.connection.send(leaver.out);
  if (error == 0) error = leaver.doomed_clients->hold(leaver.connection.descriptor());
  leaver.connection.close();  // now the other process is the only one that has it
  if (error == 0) error = leaver.doomed_clients->kill();
  return {.error = error, .waits_for = LeaveWait::kill};
}

}  // namespace heapstorm
