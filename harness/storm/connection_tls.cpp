// What a Connection does where there is TLS on its socket.
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "harness/storm/connection.h"

namespace heapstorm {
namespace {

constexpr std::size_t wire_chunk_bytes = 32 * 1024;  // two of the longest records

}  // namespace

int Connection::begin_tls(const TlsContext& context) {
  if (tls_ == nullptr) tls_ = context.make_stream();
  tls_->begin(unsent_);
  return flush();
}

// An alert that is due goes out first, so that the server hears why; whether it still can is of no matter.
int Connection::secure() {
  while (true) {
    bool emptied = false;
    const int fed = feed_tls(wire_chunk_bytes, emptied);
    const int error = fed == 0 ? tls_->shake_hands(unsent_) : fed;
    const int flushed = flush();
    if (error != EAGAIN) return error == 0 ? flushed : error;
    if (flushed != 0) return flushed;
    if (fed == EAGAIN || emptied) return EAGAIN;
  }
}

void Connection::end_tls() {
  if (tls_ == nullptr) return;
  tls_->say_goodbye(unsent_);
  flush();
}

void Connection::watch_anew() {
  watched_ &= ~static_cast<std::uint32_t>(EPOLLIN);
}

int Connection::send_sealed(std::string_view bytes) {
  if (trickles_) {
    withheld_.append(bytes);
    return flush();
  }
  tls_->seal(bytes, unsent_);
  sent_bytes_ += bytes.size();
  return flush();
}

// A record for each byte: a byte of a record would not reach the program at the other end before the record's last.
int Connection::send_sealed_byte() {
  if (const int error = flush()) return error;
  if (unsent_at_ < unsent_.size() || withheld_at_ == withheld_.size()) return 0;
  tls_->seal(std::string_view(withheld_).substr(withheld_at_, 1), unsent_);
  ++sent_bytes_;
  if (++withheld_at_ == withheld_.size()) {
    withheld_.clear();
    withheld_at_ = 0;
  }
  return flush();
}

// One read of the socket. Returns 0, ENODATA at the stream's end, or the errno. `emptied`: there is no more.
int Connection::feed_tls(std::size_t most_bytes, bool& emptied) {
  std::array<char, wire_chunk_bytes> chunk;
  const std::size_t wanted = std::min(most_bytes, chunk.size());
  const ssize_t received = receive_wire(chunk.data(), wanted);
  if (received < 0) return errno;
  if (received == 0) return ENODATA;
  emptied = static_cast<std::size_t>(received) < wanted;
  tls_->feed({chunk.data(), static_cast<std::size_t>(received)});
  return 0;
}

// As much as there is, so that less than was asked for means, as with a plain socket, that the socket is empty. Who
// asks for little wants little to be taken from the socket.
ssize_t Connection::receive_sealed(char* buffer, std::size_t size_bytes) {
  int error = std::exchange(deferred_error_, 0);
  std::size_t got = 0;
  bool emptied = false;
  while (error == 0 && got < size_bytes) {
    const ssize_t opened = tls_->unseal(buffer + got, size_bytes - got, unsent_);
    if (opened > 0) {
      got += static_cast<std::size_t>(opened);
      continue;
    }
    error = opened == 0 ? ENODATA : errno;
    if (error != EAGAIN || emptied) break;
    error = feed_tls(size_bytes, emptied);
    emptied |= size_bytes < wire_chunk_bytes;
  }
  flush();
  if (got > 0) {
    deferred_error_ = error == EAGAIN ? 0 : error;
    return static_cast<ssize_t>(got);
  }
  if (error == ENODATA) return 0;
  errno = error;
  return -1;
}

}  // namespace heapstorm
