// The plain way to connect and reset as often as one can, and the acceptor for it: what `tools/bench storm` compares a
// storm over TCP with.
//
//   storm_bench_plain_loop accept PORT              accepts and closes until it is killed
//   storm_bench_plain_loop connect PORT COUNT OPEN  one thread, blocking calls, a storm's own: so many connections are
//                                                   open, the oldest is reset and its socket connects again
//   storm_bench_plain_loop usual PORT COUNT         one connection after the other, each with a socket of its own, as
//                                                   clients do it
//
// The last two print {"rate_per_s": ...}.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "tools/benchmarks/sockets_bench.h"

namespace {

using namespace heapstorm::bench;

int accept_for_ever(const char* port) {
  const int listener = listen_on(port, 0);
  if (listener < 0) return fail("listen");
  while (true) {
    const int peer = accept(listener, nullptr, nullptr);
    if (peer >= 0) close(peer);
  }
}

bool connect_and_close(const sockaddr_in& address) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  send_at_once(fd);
  const bool connected = connect_to(fd, address);
  const linger at_once{1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  close(fd);
  return connected;
}

int connect_with_kept_sockets(const char* port, long count, long open) {
  const sockaddr_in address = loopback(port);
  std::vector<int> fds;
  for (long i = 0; i < open; ++i) {
    fds.push_back(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (fds.back() < 0) return fail("socket");
  }
  const Stopwatch watch;
  for (long i = 0; i < count; ++i) {
    const int fd = fds[static_cast<std::size_t>(i % open)];
    if (i >= open && !reset(fd)) return fail("reset");
    if (!connect_to(fd, address)) return fail("connect");
  }
  for (const int fd : fds) reset(fd);
  return watch.print_rate(count);
}

int connect_as_usual(const char* port, long count) {
  const sockaddr_in address = loopback(port);
  const Stopwatch watch;
  for (long i = 0; i < count; ++i) {
    if (!connect_and_close(address)) return fail("connect");
  }
  return watch.print_rate(count);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view mode = argc > 1 ? argv[1] : "";
  if (mode == "accept" && argc == 3) return accept_for_ever(argv[2]);
  if (mode == "connect" && argc == 5 && std::atol(argv[4]) > 0)
    return connect_with_kept_sockets(argv[2], std::atol(argv[3]), std::atol(argv[4]));
  if (mode == "usual" && argc == 4) return connect_as_usual(argv[2], std::atol(argv[3]));
  std::fputs("usage: storm_bench_plain_loop accept PORT | connect PORT COUNT OPEN | usual PORT COUNT\n", stderr);
  return 2;
}
