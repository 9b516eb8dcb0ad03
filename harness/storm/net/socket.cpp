#include "harness/storm/net/socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace heapstorm {
namespace {

// A server that sends without end must not keep a client from leaving.
constexpr int max_drain_reads = 256;

int enable(int fd, int level, int option) {
  const int on = 1;
  return setsockopt(fd, level, option, &on, sizeof(on)) == 0 ? 0 : errno;
}

// The port is chosen at connect(), when the destination is known: a source can use each port once per destination.
int bind_source(int fd, const SocketAddress& source) {
  if (const int error = enable(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT)) return error;
  return bind(fd, source.get(), source.size_bytes) == 0 ? 0 : errno;
}

}  // namespace

Socket::~Socket() {
  close();
  close_kept();
}

int Socket::open(const SocketAddress& target, const SocketAddress* source, FirstBytes first_bytes) {
  if (receive_buffer_bytes_ != 0) close_kept();  // it has a usual one
  if (kept_fd_ >= 0) {
    fd_ = std::exchange(kept_fd_, -1);
    watched_ = kept_watched_;
  } else if (const int error = make_socket(target.family(), source)) {
    return error;
  }
  expect(first_bytes);
  const int error = connect_again(target);
  return error == EINPROGRESS ? 0 : error;
}

// For a socket that connects, Linux takes "defer accept" to mean that data will soon follow. Where it is refused,
// nothing is lost but speed.
void Socket::expect(FirstBytes first_bytes) {
  if (first_bytes == expected_) return;
  const int seconds = first_bytes == FirstBytes::at_once ? 1 : 0;
  if (setsockopt(fd_, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof(seconds)) == 0) expected_ = first_bytes;
}

int Socket::make_socket(int family, const SocketAddress* source) {
  fd_ = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return errno;
  expected_ = FirstBytes::later;
  if (const int error = enable(fd_, IPPROTO_TCP, TCP_NODELAY)) return error;
  if (receive_buffer_bytes_ != 0) {
    setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes_, sizeof(receive_buffer_bytes_));
  }
  return source == nullptr ? 0 : bind_source(fd_, *source);
}

int Socket::connect_again(const SocketAddress& target) {
  if (!connected_ && ::connect(fd_, target.get(), target.size_bytes) != 0 && errno != EISCONN)
    return errno == EALREADY || errno == EINTR ? EINPROGRESS : errno;
  connected_ = true;
  return 0;
}

int Socket::send(std::string_view bytes, std::size_t& sent_bytes) {
  const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  sent_bytes = sent < 0 ? 0 : static_cast<std::size_t>(sent);
  return sent >= 0 || errno == EAGAIN || errno == EINTR ? 0 : errno;
}

ssize_t Socket::receive(char* buffer, std::size_t size_bytes) {
  ssize_t received = -1;
  do {
    received = recv(fd_, buffer, size_bytes, 0);
  } while (received < 0 && errno == EINTR);
  return received;
}

int Socket::watch(int epoll_fd, std::uint64_t token, bool for_output) {
  std::uint32_t wanted = EPOLLIN | EPOLLRDHUP | EPOLLET;
  if (for_output) wanted |= EPOLLOUT;
  if ((watched_ & wanted) == wanted || fd_ < 0) return 0;
  epoll_event event{};
  event.events = watched_ | wanted;
  event.data.u64 = token;
  if (epoll_ctl(epoll_fd, watched_ == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd_, &event) != 0) return errno;
  watched_ = event.events;
  return 0;
}

void Socket::watch_anew() {
  watched_ &= ~static_cast<std::uint32_t>(EPOLLIN);
}

std::size_t Socket::unread_bytes() const {
  int bytes = 0;
  return ioctl(fd_, FIONREAD, &bytes) == 0 && bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

int Socket::end_output() {
  return shutdown(fd_, SHUT_WR) == 0 ? 0 : errno;
}

int Socket::drain() {
  std::array<char, 4096> waste;
  for (int reads = 0; reads < max_drain_reads; ++reads) {
    const ssize_t received = receive(waste.data(), waste.size());
    if (received == 0) return 0;
    if (received < 0) return errno == EAGAIN ? 0 : errno;
    // Saves the read that would only say EAGAIN.
    if (static_cast<std::size_t>(received) < waste.size()) return 0;
  }
  return 0;
}

void Socket::close() {
  if (fd_ >= 0) ::close(fd_);
  forget();
}

void Socket::reset() {
  if (keep_socket()) return forget();
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  if (fd_ >= 0) setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  close();
}

// connect(2) to AF_UNSPEC ends a TCP connection as a close with a linger time of 0 does, by RST, and frees its port.
bool Socket::keep_socket() {
  const sockaddr nowhere{.sa_family = AF_UNSPEC, .sa_data = {}};
  if (fd_ < 0 || receive_buffer_bytes_ != 0 || ::connect(fd_, &nowhere, sizeof(nowhere)) != 0) return false;
  kept_fd_ = fd_;
  kept_watched_ = watched_;
  return true;
}

void Socket::close_kept() {
  if (kept_fd_ >= 0) ::close(kept_fd_);
  kept_fd_ = -1;
}

void Socket::forget() {
  fd_ = -1;
  watched_ = 0;
  connected_ = false;
  receive_buffer_bytes_ = 0;
}

}  // namespace heapstorm
