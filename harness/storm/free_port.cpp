#include "harness/storm/free_port.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <random>

#include "harness/storm/net/socket_address.h"

namespace heapstorm {
namespace {

constexpr std::uint32_t first_port = 10000;
constexpr std::uint32_t port_count = 22000;  // up to 31999; outgoing connections begin at 32768
constexpr int tries = 200;

}  // namespace

bool port_is_free(const Endpoint& endpoint) {
  const auto address = socket_address(endpoint);
  if (!address) return true;
  const int fd = ::socket(address->family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return true;
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);  // connections of a dead server do not take its port
  const bool taken = ::bind(fd, address->get(), address->size_bytes) != 0 && errno == EADDRINUSE;
  ::close(fd);
  return !taken;
}

std::optional<std::uint16_t> find_free_port(const Endpoint& endpoint) {
  // By chance, so that runs beside each other seldom meet.
  std::random_device random;
  Endpoint candidate = endpoint;
  for (int i = 0; i < tries; ++i) {
    candidate.port = static_cast<std::uint16_t>(first_port + random() % port_count);
    if (port_is_free(candidate)) return candidate.port;
  }
  return std::nullopt;
}

}  // namespace heapstorm
