#include "targets/connection_table/session_service.h"
#include "targets/connection_table/variants.h"

namespace heapstorm::targets::connection_table {

class CloseCheckThenAct final : public SessionService {
 public:
  using SessionService::SessionService;

 private:
  bool close(const SharedSession& session) override;
};

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

target::Variant describe_close_check_then_act() {
  return {.name = "close_check_then_act",
          .summary = "two threads look at a session's closed flag before one has set it",
          .models = "class: check-then-act on a shared closed flag",
          .buggy = true,
          .make_module = make_helped_module<CloseCheckThenAct>,
          .expects = {{"double_free", "connection_table"}},
          .parameters = SessionService::parameters()};
}

}  // namespace heapstorm::targets::connection_table
