#include "targets/connection_table/variants.h"

namespace heapstorm::targets::connection_table {

// DEFECT (class: check-then-act on a shared `closed` flag, double close): the flag is looked at before the session is
// finished and set after. The helper carries out a log-off; the client leaves as soon as it has its farewell, while
// the helper still saves; the worker finds the session not closed, and closes it too. The flag is atomic, so no thread
// sanitizer sees it, and each free happens on the owner. Expected finding: double_free, tag connection_table, owner
// the worker, freed first in on_close, then for the log-off.
bool CloseCheckThenAct::close(const SharedSession& session) {
  if (session->closed) return false;
  finish(session);
  session->closed = true;
  return true;
}

}  // namespace heapstorm::targets::connection_table
