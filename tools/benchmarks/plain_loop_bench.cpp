// The plain way to connect and reset as often as one can, and the acceptor for it: what `tools/bench storm` compares a
// storm over TCP with.
//
//   storm_bench_plain_loop accept PORT              accepts and closes until it is killed
//   storm_bench_plain_loop connect PORT COUNT       one thread, blocking calls, a storm's own: the socket is kept
//   storm_bench_plain_loop usual PORT COUNT         the same with a socket for each connection, as clients do it
//
// Both print {"rate_per_s": ...}.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

sockaddr_in loopback(const char* port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(port)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int fail(const char* what) {
  std::perror(what);
  return 1;
}

int accept_for_ever(const char* port) {
  const sockaddr_in address = loopback(port);
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) return fail("bind");
  if (listen(listener, 4096) != 0) return fail("listen");
  while (true) {
    const int peer = accept(listener, nullptr, nullptr);
    if (peer >= 0) close(peer);
  }
}

bool connect_to(int fd, const sockaddr_in& address) {
  return connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
}

// The system calls of a storm's client that connects and leaves by RST.
bool connect_and_reset(int fd, const sockaddr_in& address) {
  const sockaddr nowhere{AF_UNSPEC, {}};
  return connect_to(fd, address) && connect(fd, &nowhere, sizeof(nowhere)) == 0;
}

bool connect_and_close(const sockaddr_in& address) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  const bool connected = connect_to(fd, address);
  const linger at_once{1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  close(fd);
  return connected;
}

int connect_often(const char* port, long count, bool keeps_socket) {
  const sockaddr_in address = loopback(port);
  const int kept_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (kept_fd < 0) return fail("socket");
  const auto begin = std::chrono::steady_clock::now();
  for (long i = 0; i < count; ++i) {
    if (!(keeps_socket ? connect_and_reset(kept_fd, address) : connect_and_close(address))) return fail("connect");
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  std::printf("{\"rate_per_s\": %.1f}\n", static_cast<double>(count) / taken.count());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view mode = argc > 1 ? argv[1] : "";
  if (mode == "accept" && argc == 3) return accept_for_ever(argv[2]);
  if ((mode == "connect" || mode == "usual") && argc == 4)
    return connect_often(argv[2], std::atol(argv[3]), mode == "connect");
  std::fputs("usage: storm_bench_plain_loop accept PORT | connect PORT COUNT | usual PORT COUNT\n", stderr);
  return 2;
}
