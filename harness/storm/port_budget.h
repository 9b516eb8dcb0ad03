// The port budget: how many source addresses a load needs so that it never runs out of ephemeral ports.
//
// A port is taken, for one source and one destination, while its connection is open, and for a minute longer
// (TIME_WAIT) if the client closed first without a reset.
#pragma once

#include <cstdint>

#include "harness/base/result.h"
#include "harness/scenario/scenario.h"

namespace heapstorm {

struct SocketAddress;

struct PortBudget {
  std::uint64_t demand = 0;   // ports taken at the same time, at most
  std::uint32_t sources = 1;  // 1: let the kernel choose source and port as it always does
  bool fits = true;
};

// Sources 127.0.0.2 to 127.0.0.251.
constexpr std::uint32_t max_sources = 250;

// From how many addresses connections to `target` can come: the above where it is in 127.0.0.0/8, the one that the
// kernel chooses for any other.
std::uint32_t sources_for(const SocketAddress& target);

// Ports in the kernel's ephemeral range; its default when that cannot be read.
std::uint32_t ephemeral_port_count();

// Whether this machine has the source addresses, that is a loopback interface that is up.
bool has_sources();

PortBudget budget_ports(const Load& load, std::uint32_t ports_per_source, std::uint32_t usable_sources);

// Else an error of the environment that says what is short and what helps.
Status check_ports_suffice(const Load& load, std::uint32_t ports_per_source, const SocketAddress& target);

// Connections that are open at the same time, at most.
std::uint32_t connections_at_once(const Load& load);

}  // namespace heapstorm
