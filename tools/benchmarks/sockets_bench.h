// Sockets for the programs that `tools/bench storm` compares with: blocking calls, loopback, errors to stderr.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace heapstorm::bench {

inline sockaddr_in loopback(const char* port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(port)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// The exit code of a program whose system call failed.
inline int fail(const char* call) {
  std::perror(call);
  return 1;
}

// The listener's descriptor, -1 with errno. `flags`: of socket(2).
inline int listen_on(const char* port, int flags) {
  const sockaddr_in address = loopback(port);
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) return -1;
  return listen(listener, 4096) == 0 ? listener : -1;
}

inline bool connect_to(int fd, const sockaddr_in& address) {
  return connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
}

// As a storm's client leaves: the peer gets RST, the socket can connect again.
inline bool reset(int fd) {
  const sockaddr nowhere{AF_UNSPEC, {}};
  return connect(fd, &nowhere, sizeof(nowhere)) == 0;
}

inline void send_at_once(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

// As a storm's client that speaks at once: its first bytes carry the end of the handshake.
inline void speak_at_once(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &on, sizeof(on));
}

class Stopwatch {
 public:
  // Prints {"rate_per_s": ...}; returns a program's exit code.
  int print_rate(long count) const {
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin_;
    std::printf("{\"rate_per_s\": %.1f}\n", static_cast<double>(count) / taken.count());
    return 0;
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace heapstorm::bench
