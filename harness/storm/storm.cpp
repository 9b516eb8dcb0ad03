#include "harness/storm/storm.h"

#include "harness/base/check.h"
#include "harness/storm/client/timers.h"
#include "harness/storm/descriptor_limit.h"
#include "harness/storm/engine/client_threads.h"
#include "harness/storm/net/socket_address.h"
#include "harness/storm/port_budget.h"

namespace heapstorm {
namespace {

// HTTP's Host. Servers that have several certificates want it to say what SNI says.
std::string host_text(const SocketAddress& address, const Endpoint& endpoint) {
  const std::string port = ":" + std::to_string(endpoint.port);
  if (endpoint.tls && !endpoint.tls->server_name.empty()) return endpoint.tls->server_name + port;
  return address.family() == AF_INET6 ? "[" + endpoint.address + "]" + port : endpoint.address + port;
}

std::uint64_t descriptors_needed(const Plan& plan) {
  return connections_at_once(plan.load()) + descriptors_for_others;
}

}  // namespace

const char* to_string(Phase phase) {
  switch (phase) {
    case Phase::connect:
      return "connect";
    case Phase::handshake:
      return "handshake";
    case Phase::send:
      return "send";
    case Phase::read:
      return "read";
    case Phase::close:
      return "close";
  }
  return "unknown";
}

const char* to_string(StormEnd end) {
  switch (end) {
    case StormEnd::completed:
      return "completed";
    case StormEnd::time_limit:
      return "time_limit";
    case StormEnd::stopped:
      return "stopped";
    case StormEnd::refused:
      return "refused";
  }
  return "unknown";
}

Status check_endpoint(const Endpoint& endpoint) {
  if (loopback_address(endpoint)) return Success{};
  if (!socket_address(endpoint)) return Error::bad_input("\"" + endpoint.address + "\" is no address");
  if (endpoint.allow_remote) return Success{};
  return Error::bad_input("storms connect to loopback addresses only, not to \"" + endpoint.address +
                          "\"; `--allow-remote " + endpoint.address + "` allows it");
}

Status check_storm_fits(const Plan& plan, const Endpoint& endpoint) {
  const std::uint64_t descriptors = descriptors_needed(plan);
  const std::uint64_t limit = hard_descriptor_limit();
  if (descriptors > limit) {
    return Error::environment("the storm needs " + std::to_string(descriptors) + " descriptors (" +
                              std::to_string(connections_at_once(plan.load())) +
                              " connections at once), the limit is " + std::to_string(limit) +
                              "; raise it with `ulimit -Hn`");
  }
  const auto target = socket_address(endpoint);
  if (!target) return Success{};  // which check_endpoint() says
  return check_ports_suffice(plan.load(), ephemeral_port_count(), *target);
}

StormResult run_storm(const Plan& plan, const Endpoint& endpoint, const StormOptions& options, StormProgress& progress,
                      std::stop_token stop) {
  const auto target = socket_address(endpoint);
  HEAPSTORM_CHECK(target.has_value() && (endpoint.allow_remote || loopback_address(endpoint)));
  raise_descriptor_limit(descriptors_needed(plan));
  StormSetting setting{.plan = plan,
                       .options = options,
                       .progress = progress,
                       .stop = std::move(stop),
                       .target = *target,
                       .host = host_text(*target, endpoint),
                       .tls = endpoint.tls ? TlsContext::create(*endpoint.tls, endpoint.address) : nullptr,
                       .begun_us = monotonic_us(),
                       .queue = ConnectionQueue(plan.load().connections - plan.load().held)};
  HEAPSTORM_CHECK(!endpoint.tls || setting.tls != nullptr);
  return ClientThreads(setting).run();
}

}  // namespace heapstorm
