// Where a storm connects to, and from: loopback addresses only.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>

#include "harness/storm/storm.h"

namespace heapstorm {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size_bytes = 0;

  int family() const { return storage.ss_family; }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

// Nothing when the address is neither a literal nor "localhost" (which is taken for 127.0.0.1). Names are not looked
// up.
std::optional<SocketAddress> socket_address(const Endpoint& endpoint);

// Nothing when the address is not a literal of 127.0.0.0/8, ::1, or "localhost" (which is taken for 127.0.0.1).
std::optional<SocketAddress> loopback_address(const Endpoint& endpoint);

bool is_loopback(const SocketAddress& address);

// The `index`-th of the addresses that connections may come from, any port: 127.0.0.2 and up.
SocketAddress loopback_source(std::uint32_t index);

}  // namespace heapstorm
