#include "harness/storm/port_budget.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <variant>

#include "harness/storm/faults/leave/close_faults.h"
#include "harness/storm/net/socket_address.h"

namespace heapstorm {
namespace {

constexpr std::uint32_t default_port_count = 60999 - 32768 + 1;

// TIME_WAIT lasts 60 s and two cores cannot close more than about 100,000 connections in a second.
constexpr std::uint64_t max_in_time_wait = 60ULL * 100'000;

// Beyond half of the range the kernel's search for a free port becomes slow.
constexpr std::uint64_t comfortable_share(std::uint64_t ports) {
  return std::max<std::uint64_t>(1, ports / 2);
}

// Rounded up.
std::uint64_t share_of(std::uint64_t connections, std::uint64_t part, std::uint64_t whole) {
  return static_cast<std::uint64_t>((static_cast<unsigned __int128>(connections) * part + whole - 1) / whole);
}

bool breaks_protocol(const Step& step) {
  const auto* misbehave = std::get_if<MisbehaveStep>(&step);
  if (misbehave == nullptr) return false;
  const auto& weights = misbehave->weights;
  return std::any_of(weights.begin() + 1, weights.end(), [](std::uint32_t weight) { return weight > 0; });
}

// Of `connections` of this session. Who closes first after a protocol fault is the server's choice: counted as if it
// always were the client.
std::uint64_t lingering_of_session(const Load& load, const SessionPart& part, std::uint64_t connections) {
  const auto begin = load.session.begin() + part.first;
  if (std::any_of(begin, begin + part.count, breaks_protocol)) return connections;
  const auto* leave = std::get_if<LeaveStep>(&begin[part.count - 1]);
  if (leave == nullptr) return 0;
  std::uint64_t lingering = 0;
  std::uint64_t total = 0;
  for (std::size_t kind = 0; kind < close_kind_count; ++kind) {
    total += leave->weights[kind];
    if (deed_of(static_cast<CloseKind>(kind)).takes_port_for_a_minute) lingering += leave->weights[kind];
  }
  return total == 0 ? 0 : share_of(connections, lingering, total);
}

std::uint64_t connections_in_time_wait(const Load& load) {
  if (load.session.empty()) return 0;
  const auto sessions = sessions_of(load);
  std::uint64_t weight = 0;
  for (const SessionPart& part : sessions) weight += part.weight;
  std::uint64_t lingering = 0;
  for (const SessionPart& part : sessions) {
    lingering += lingering_of_session(load, part, share_of(load.connections, part.weight, weight));
  }
  return std::min(lingering, max_in_time_wait);
}

}  // namespace

std::uint32_t ephemeral_port_count() {
  std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  if (!(file >> first >> last) || last < first) return default_port_count;
  return last - first + 1;
}

std::uint32_t connections_at_once(const Load& load) {
  if (load.arrival == Arrival::stepwise) return load.connections;
  return load.held + std::min(load.concurrent, load.connections - load.held);
}

bool has_sources() {
  const SocketAddress last = loopback_source(max_sources - 1);
  const int fd = ::socket(last.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const bool bound = ::bind(fd, last.get(), last.size_bytes) == 0;
  ::close(fd);
  return bound;
}

std::uint32_t sources_for(const SocketAddress& target) {
  return target.family() == AF_INET && is_loopback(target) ? max_sources : 1;
}

PortBudget budget_ports(const Load& load, std::uint32_t ports_per_source, std::uint32_t usable_sources) {
  PortBudget budget;
  budget.demand = std::max<std::uint64_t>(connections_in_time_wait(load), connections_at_once(load));
  const std::uint64_t share = comfortable_share(ports_per_source);
  const std::uint64_t wanted = (budget.demand + share - 1) / share;
  budget.sources = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(wanted, 1, usable_sources));
  budget.fits = budget.demand <= static_cast<std::uint64_t>(usable_sources) * ports_per_source;
  return budget;
}

Status check_ports_suffice(const Load& load, std::uint32_t ports_per_source, const SocketAddress& target) {
  const std::uint32_t sources = sources_for(target);
  const PortBudget budget = budget_ports(load, ports_per_source, sources);
  if (budget.fits) return Success{};
  const std::string there_are = std::to_string(std::uint64_t{ports_per_source} * sources);
  const bool is_far = !is_loopback(target);
  const std::string from = sources > 1 ? "" : " (one source address)";
  return Error::environment("the storm needs " + std::to_string(budget.demand) + " ports at once, there are " +
                            there_are + from + "; widen net.ipv4.ip_local_port_range, " +
                            (is_far ? "ask for fewer connections, " : "") + "or leave by rst");
}

}  // namespace heapstorm
