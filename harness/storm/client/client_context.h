// The ClientContext: what all clients of an engine share.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/plan/plan.h"
#include "harness/storm/client/tally.h"
#include "harness/storm/client/timers.h"
#include "harness/storm/faults/leave/doomed_clients.h"
#include "harness/storm/net/socket_address.h"
#include "harness/storm/net/tls_context.h"
#include "harness/storm/port_budget.h"
#include "harness/storm/timeouts.h"

namespace heapstorm {

struct ClientContext {
  const Plan& plan;
  SocketAddress target;
  std::string host;  // for HTTP
  PortBudget ports;
  int epoll_fd = -1;
  Tally& tally;
  std::vector<char> receive_buffer;
  std::string out;  // scratch space for what is being said
  Timers timers{};
  std::vector<Step> last_words{};  // of each session, what the server answers: its last message or request
  std::unique_ptr<DoomedClients> doomed_clients{};
  std::uint64_t kills_asked = 0;
  std::string handshake_path{"/"};
  std::shared_ptr<const TlsContext> tls{};  // null: no TLS
  Timeouts timeouts{};
};

}  // namespace heapstorm
