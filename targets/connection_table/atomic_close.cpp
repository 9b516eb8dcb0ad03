#include "targets/connection_table/variants.h"

namespace heapstorm::targets::connection_table {

// Looking and setting are one step, so of two threads one closes the session.
bool AtomicClose::close(const SharedSession& session) {
  if (session->closed.exchange(true)) return false;
  finish(session);
  return true;
}

}  // namespace heapstorm::targets::connection_table
