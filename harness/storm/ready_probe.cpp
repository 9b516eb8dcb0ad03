#include "harness/storm/ready_probe.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "harness/base/check.h"
#include "harness/storm/client/timers.h"
#include "harness/storm/net/socket_address.h"
#include "harness/storm/net/tls_context.h"
#include "harness/storm/protocol/http_head.h"

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

  // Blocks until TLS is there. Returns whether it is.
  bool secure(const TlsContext& context) {
    tls_ = context.make_session();
    std::string words;
    tls_->begin(words);
    while (connected_ && send_wire(words)) {
      words.clear();
      tls_->feed(receive_wire());
      const int error = tls_->handshake(words);
      if (error == 0) return send_wire(words);
      if (error != EAGAIN || ended_) return false;
    }
    return false;
  }

  bool send(const std::string& text) {
    if (tls_ == nullptr) return connected_ && send_wire(text);
    std::string sealed;
    tls_->seal(text, sealed);
    return send_wire(sealed);
  }

  // Empty at the stream's end, or at the deadline.
  std::string_view receive() {
    if (tls_ == nullptr) return receive_wire();
    std::string answer;  // to what the server's TLS has to say for itself
    while (true) {
      const ssize_t got = tls_->unseal(plain_.data(), plain_.size(), answer);
      if (got > 0) return {plain_.data(), static_cast<std::size_t>(got)};
      if (got == 0 || errno != EAGAIN || ended_) return {};
      tls_->feed(receive_wire());
    }
  }

 private:
  bool send_wire(const std::string& text) {
    return ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }

  std::string_view receive_wire() {
    ended_ = true;
    if (!wait(POLLIN)) return {};
    const ssize_t got = ::recv(fd_, buffer_.data(), buffer_.size(), 0);
    ended_ = got <= 0;
    return {buffer_.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
  }

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
  bool ended_ = false;  // the stream, or our wait
  std::unique_ptr<TlsSession> tls_;
  std::array<char, 4096> buffer_;
  std::array<char, 4096> plain_;
};

// Whether the server can be trusted is for the storm to find out; here it only has to be there.
bool secure(ProbeSocket& socket, const Endpoint& endpoint) {
  const TlsSettings any{.verify = false, .ca_pem = "", .server_name = endpoint.tls->server_name};
  return socket.secure(*TlsContext::create(any, endpoint.address));
}

std::optional<int> final_status(ProbeSocket& socket) {
  HttpHeadReader reader;
  HttpHead head;
  std::string_view bytes;
  while (true) {
    if (bytes.empty()) bytes = socket.receive();
    if (bytes.empty()) return std::nullopt;
    const HttpHeadReader::Progress progress = reader.read(bytes, head);
    if (progress == HttpHeadReader::Progress::malformed) return std::nullopt;
    if (progress == HttpHeadReader::Progress::complete && !is_interim(head.status)) return head.status;
  }
}

}  // namespace

bool accepts_connections(const Endpoint& endpoint, std::uint32_t deadline_ms) {
  return ProbeSocket(endpoint, deadline_ms).connected();
}

std::optional<int> http_status(const Endpoint& endpoint, const std::string& path, std::uint32_t deadline_ms) {
  ProbeSocket socket(endpoint, deadline_ms);
  if (endpoint.tls && !secure(socket, endpoint)) return std::nullopt;
  if (!socket.send("GET " + path + " HTTP/1.1\r\nHost: " + endpoint.address + "\r\nConnection: close\r\n\r\n")) {
    return std::nullopt;
  }
  return final_status(socket);
}

}  // namespace heapstorm
