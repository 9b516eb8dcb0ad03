#include "targets/connection_table/session_service.h"
#include "targets/connection_table/variants.h"

namespace heapstorm::targets::connection_table {

class AtomicClose final : public SessionService {
 public:
  using SessionService::SessionService;

 private:
  bool close(const SharedSession& session) override;
};

// Looking and setting are one step, so of two threads one closes the session.
bool AtomicClose::close(const SharedSession& session) {
  if (session->closed.exchange(true)) return false;
  finish(session);
  return true;
}

target::Variant describe_atomic_close() {
  return {.name = "atomic_close",
          .summary = "the flag is looked at and set in one step",
          .models = "class: check-then-act on a shared closed flag",
          .make_module = make_helped_module<AtomicClose>,
          .parameters = SessionService::parameters()};
}

}  // namespace heapstorm::targets::connection_table
