// The Stream inside TLS: a TlsSession between the client and the socket.
#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "harness/storm/net/stream.h"

namespace heapstorm {
namespace {

constexpr std::size_t wire_chunk_bytes = 32 * 1024;  // two of the longest records

class TlsStream : public Stream {
 public:
  TlsStream(Socket& socket, const TlsContext& context) : socket_(socket), context_(context) {}

  int begin() override;
  bool has_handshake() const override { return true; }
  bool is_in_handshake() const override { return !session_->is_open(); }
  int handshake() override;

  int send(std::string_view bytes) override;
  int flush() override;
  void trickle(bool on) override;
  int send_byte() override;
  bool has_unsent() const override { return !wire_.empty() || (trickles_ && !withheld_.empty()); }

  ssize_t receive(char* buffer, std::size_t size_bytes) override;

  bool end() override;
  void clear() override;
  std::string failure() const override { return session_->failure(); }

 private:
  int feed(std::size_t max_bytes, bool& emptied);

  Socket& socket_;
  const TlsContext& context_;
  std::unique_ptr<TlsSession> session_;  // made by the first begin(): a client that is never used costs nothing
  Unsent wire_;
  Unsent withheld_;         // while trickling: plain, not sealed yet
  int deferred_error_ = 0;  // of a receive that had something to give first
};

int TlsStream::begin() {
  if (session_ == nullptr) session_ = context_.make_session();
  session_->begin(wire_.end());
  return flush();
}

// An alert that is due goes out first, so that the server hears why; whether it still can is of no matter.
int TlsStream::handshake() {
  while (true) {
    bool emptied = false;
    const int fed = feed(wire_chunk_bytes, emptied);
    const int error = fed == 0 ? session_->handshake(wire_.end()) : fed;
    const int flushed = flush();
    if (error != EAGAIN) return error == 0 ? flushed : error;
    if (flushed != 0) return flushed;
    if (fed == EAGAIN || emptied) return EAGAIN;
  }
}

int TlsStream::send(std::string_view bytes) {
  if (trickles_) {
    withheld_.append(bytes);
  } else {
    session_->seal(bytes, wire_.end());
    sent_bytes_ += bytes.size();
  }
  return flush();
}

int TlsStream::flush() {
  while (!wire_.empty()) {
    std::size_t sent = 0;
    if (const int error = socket_.send(wire_.left(), sent)) return error;
    if (sent == 0) return 0;
    wire_.drop(sent);
  }
  return 0;
}

void TlsStream::trickle(bool on) {
  trickles_ = on;
  if (on || withheld_.empty()) return;
  session_->seal(withheld_.left(), wire_.end());
  withheld_.clear();
}

// A record for each byte: a byte of a record would not reach the program at the other end before the record's last.
int TlsStream::send_byte() {
  if (const int error = flush()) return error;
  if (!wire_.empty() || withheld_.empty()) return 0;
  session_->seal(withheld_.left().substr(0, 1), wire_.end());
  withheld_.drop(1);
  ++sent_bytes_;
  return flush();
}

// As much as there is, so that less than was asked for means, as with a plain socket, that the socket is empty. Who
// asks for little wants little to be taken from the socket.
ssize_t TlsStream::receive(char* buffer, std::size_t size_bytes) {
  int error = std::exchange(deferred_error_, 0);
  std::size_t got = 0;
  bool emptied = false;
  while (error == 0 && got < size_bytes) {
    const ssize_t opened = session_->unseal(buffer + got, size_bytes - got, wire_.end());
    if (opened > 0) {
      got += static_cast<std::size_t>(opened);
      continue;
    }
    error = opened == 0 ? ENODATA : errno;
    if (error != EAGAIN || emptied) break;
    error = feed(size_bytes, emptied);
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

// One read of the socket. Returns 0, ENODATA at the stream's end, or the errno. `emptied`: there is no more.
int TlsStream::feed(std::size_t max_bytes, bool& emptied) {
  std::array<char, wire_chunk_bytes> chunk;
  const std::size_t wanted = std::min(max_bytes, chunk.size());
  const ssize_t received = socket_.receive(chunk.data(), wanted);
  if (received < 0) return errno;
  if (received == 0) return ENODATA;
  emptied = static_cast<std::size_t>(received) < wanted;
  session_->feed({chunk.data(), static_cast<std::size_t>(received)});
  return 0;
}

bool TlsStream::end() {
  session_->end(wire_.end());
  flush();
  return true;
}

void TlsStream::clear() {
  trickles_ = false;
  wire_.clear();
  withheld_.clear();
  deferred_error_ = 0;
}

}  // namespace

std::unique_ptr<Stream> make_tls_stream(Socket& socket, const TlsContext& context) {
  return std::make_unique<TlsStream>(socket, context);
}

}  // namespace heapstorm
