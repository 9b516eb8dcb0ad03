#include "targets/common/sessions/session.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace heapstorm::target {

namespace {

bool is_silent(int descriptor, std::chrono::milliseconds limit) {
  tcp_info info{};
  socklen_t bytes = sizeof info;
  const bool known = getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &bytes) == 0;
  return known && std::chrono::milliseconds(info.tcpi_last_data_recv) >= limit;
}

}  // namespace

void SessionList::abandon_all() {
  for (Session& session : sessions_) session.abandon();
}

void SessionList::abandon_silent(std::chrono::milliseconds limit) {
  for (Session& session : sessions_) {
    if (is_silent(session.descriptor(), limit)) session.abandon();
  }
}

}  // namespace heapstorm::target
