#include "harness/storm/ready_probe.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "harness/base/check.h"
#include "harness/storm/clock.h"
#include "harness/storm/http_head.h"
#include "harness/storm/socket_address.h"

namespace heapstorm {
namespace {

class ProbeSocket {
 public:
  ProbeSocket(const Endpoint& endpoint, std::uint32_t deadline_ms)
      : deadline_us_(monotonic_us() + std::int64_t{deadline_ms} * 1000) {
    const auto address = socket_address(endpoint);
    HEAPSTORM_CHECK(address.has_value());
    fd_ = ::socket(address->family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int connected = ::connect(fd_, address->get(), address->size_bytes);
    if (connected == 0 || (errno == EINPROGRESS && wait(POLLOUT))) connected_ = socket_error() == 0;
  }
  ~ProbeSocket() {
    if (fd_ >= 0) ::close(fd_);
  }
  ProbeSocket(const ProbeSocket&) = delete;
  ProbeSocket& operator=(const ProbeSocket&) = delete;

  bool connected() const { return connected_; }

  bool send(const std::string& text) {
    return connected_ && ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }

  // Empty at the stream's end, or at the deadline.
  std::string_view receive() {
    if (!wait(POLLIN)) return {};
    const ssize_t got = ::recv(fd_, buffer_.data(), buffer_.size(), 0);
    return {buffer_.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
  }

 private:
  bool wait(short events) const {
    const std::int64_t left_us = std::max<std::int64_t>(0, deadline_us_ - monotonic_us());
    pollfd polled{fd_, events, 0};
    return ::poll(&polled, 1, static_cast<int>((left_us + 999) / 1000)) > 0;
  }

  int socket_error() const {
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
  }

  std::int64_t deadline_us_;
  int fd_ = -1;
  bool connected_ = false;
  std::array<char, 4096> buffer_;
};

}  // namespace

bool accepts_connections(const Endpoint& endpoint, std::uint32_t deadline_ms) {
  return ProbeSocket(endpoint, deadline_ms).connected();
}

std::optional<int> http_status(const Endpoint& endpoint, const std::string& path, std::uint32_t deadline_ms) {
  ProbeSocket socket(endpoint, deadline_ms);
  if (!socket.send("GET " + path + " HTTP/1.1\r\nHost: " + endpoint.address + "\r\nConnection: close\r\n\r\n")) {
    return std::nullopt;
  }
  HttpHeadReader reader;
  HttpHead head;
  while (true) {
    std::string_view bytes = socket.receive();
    if (bytes.empty()) return std::nullopt;
    switch (reader.read(bytes, head)) {
      case HttpHeadReader::Progress::more:
        continue;
      case HttpHeadReader::Progress::complete:
        return head.status;
      case HttpHeadReader::Progress::malformed:
        return std::nullopt;
    }
  }
}

}  // namespace heapstorm
