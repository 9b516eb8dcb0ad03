#include "targets/common/session.h"

namespace heapstorm::target {

void SessionList::abandon_all() {
  for (Session& session : sessions_) session.abandon();
}

}  // namespace heapstorm::target
