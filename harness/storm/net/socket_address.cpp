#include "harness/storm/net/socket_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

namespace heapstorm {
namespace {

constexpr std::uint32_t loopback_net = 127U << 24;
constexpr std::uint32_t first_source = loopback_net + 2;

template <typename Address>
SocketAddress wrap(const Address& address) {
  SocketAddress wrapped;
  std::memcpy(&wrapped.storage, &address, sizeof(address));
  wrapped.size_bytes = sizeof(address);
  return wrapped;
}

SocketAddress ipv4(in_addr host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr = host;
  return wrap(address);
}

SocketAddress ipv6(const in6_addr& host, std::uint16_t port) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port);
  address.sin6_addr = host;
  return wrap(address);
}

}  // namespace

std::optional<SocketAddress> socket_address(const Endpoint& endpoint) {
  const std::string text = endpoint.address == "localhost" ? "127.0.0.1" : endpoint.address;
  in_addr host4{};
  if (inet_pton(AF_INET, text.c_str(), &host4) == 1) return ipv4(host4, endpoint.port);
  in6_addr host6{};
  if (inet_pton(AF_INET6, text.c_str(), &host6) == 1) return ipv6(host6, endpoint.port);
  return std::nullopt;
}

std::optional<SocketAddress> loopback_address(const Endpoint& endpoint) {
  const auto address = socket_address(endpoint);
  return address && is_loopback(*address) ? address : std::nullopt;
}

bool is_loopback(const SocketAddress& address) {
  if (address.family() == AF_INET) {
    sockaddr_in host{};
    std::memcpy(&host, &address.storage, sizeof host);
    return (ntohl(host.sin_addr.s_addr) & 0xff000000U) == loopback_net;
  }
  sockaddr_in6 host{};
  std::memcpy(&host, &address.storage, sizeof host);
  return IN6_IS_ADDR_LOOPBACK(&host.sin6_addr);
}

SocketAddress loopback_source(std::uint32_t index) {
  return ipv4({htonl(first_source + index)}, 0);
}

}  // namespace heapstorm
