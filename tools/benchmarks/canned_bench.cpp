// A WebSocket connection that costs its programs nothing: a side sends the bytes of connect, upgrade and one echo from
// a constant and looks at none that it receives. Two pairs of both sides show what the kernel alone takes on two cores,
// two of the client with real servers what those take: what `tools/bench storm` shows beside its WebSocket rows. One
// pair shows neither, for its sides wait for each other.
//
//   storm_bench_canned serve PORT            answers until it is killed
//   storm_bench_canned talk PORT COUNT OPEN  COUNT connections, OPEN at a time; prints {"rate_per_s": ...}
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "tools/benchmarks/sockets_bench.h"

namespace {

using namespace heapstorm::bench;

constexpr std::string_view request =
    "GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
constexpr std::string_view response =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
constexpr std::string_view message = "\x81\x82mask\x14o";
constexpr std::string_view echo = "\x81\x02y\n";

bool send_bytes(int fd, std::string_view bytes) {
  return send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}

ssize_t receive_bytes(int fd) {
  std::array<char, 4096> bytes;
  return recv(fd, bytes.data(), bytes.size(), 0);
}

// ---- the server

// A request is longer than any message.
void answer(int fd) {
  const ssize_t received = receive_bytes(fd);
  if (received > 0 && send_bytes(fd, received >= static_cast<ssize_t>(request.size()) ? response : echo)) return;
  close(fd);
}

void accept_all(int listener, int epoll_fd) {
  while (true) {
    const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
  }
}

int serve(const char* port) {
  const int listener = listen_on(port, SOCK_NONBLOCK);
  if (listener < 0) return fail("listen");
  send_at_once(listener);  // those that it accepts inherit it
  const int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  epoll_event incoming{.events = EPOLLIN, .data = {.fd = listener}};
  if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listener, &incoming) != 0) return fail("epoll_ctl");
  std::array<epoll_event, 64> events;
  while (true) {
    const int count = epoll_wait(epoll_fd, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      events[i].data.fd == listener ? accept_all(listener, epoll_fd) : answer(events[i].data.fd);
    }
  }
}

// ---- the client

bool begin(int fd, const sockaddr_in& address) {
  return connect_to(fd, address) && send_bytes(fd, request);
}

bool upgrade(int fd) {
  return receive_bytes(fd) > 0 && send_bytes(fd, message);
}

bool leave(int fd) {
  return receive_bytes(fd) > 0 && reset(fd);
}

int talk(const char* port, long count, long open) {
  const sockaddr_in address = loopback(port);
  std::vector<int> fds;
  for (long i = 0; i < open; ++i) {
    fds.push_back(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    send_at_once(fds.back());
    speak_at_once(fds.back());
  }
  const Stopwatch watch;
  long done = 0;
  for (; done < count; done += open) {
    for (const int fd : fds)
      if (!begin(fd, address)) return fail("connect");
    for (const int fd : fds)
      if (!upgrade(fd)) return fail("upgrade");
    for (const int fd : fds)
      if (!leave(fd)) return fail("echo");
  }
  return watch.print_rate(done);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view mode = argc > 1 ? argv[1] : "";
  if (mode == "serve" && argc == 3) return serve(argv[2]);
  if (mode == "talk" && argc == 5 && std::atol(argv[4]) > 0)
    return talk(argv[2], std::atol(argv[3]), std::atol(argv[4]));
  std::fputs("usage: storm_bench_canned serve PORT | talk PORT COUNT OPEN\n", stderr);
  return 2;
}
