// A Connection: a client's socket and the stream of bytes on it, which may be one inside TLS. send() and receive() are
// the stream's; all else is about the socket beneath.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "harness/storm/net/socket.h"
#include "harness/storm/net/stream.h"

namespace heapstorm {

class Connection {
 public:
  // `tls`: null for none; must outlive it.
  explicit Connection(const TlsContext* tls = nullptr) : stream_(make_stream(socket_, tls)) {}

  // Begins to connect, as Socket::open().
  int open(const SocketAddress& target, const SocketAddress* source, FirstBytes first_bytes);
  int connect_again(const SocketAddress& target) { return socket_.connect_again(target); }

  // See Stream.
  bool has_handshake() const { return stream_->has_handshake(); }
  bool is_in_handshake() const { return stream_->is_in_handshake(); }
  // When it is over, what lies behind it may have been told by epoll already, so the next watch() makes that tell
  // again.
  int handshake();
  int send(std::string_view bytes) { return stream_->send(bytes); }
  int flush() { return stream_->flush(); }
  void trickle(bool on) { stream_->trickle(on); }
  bool trickles() const { return stream_->trickles(); }
  int send_byte() { return stream_->send_byte(); }
  bool has_unsent() const { return stream_->has_unsent(); }
  std::uint64_t take_sent_bytes() { return stream_->take_sent_bytes(); }
  ssize_t receive(char* buffer, std::size_t size_bytes) { return stream_->receive(buffer, size_bytes); }
  bool end_stream() { return stream_->end(); }
  std::string failure() const { return stream_->failure(); }

  // Asks epoll for input, and for output while there is something to send or `until_connected`. Returns 0 or the errno.
  int watch(int epoll_fd, std::uint64_t token, bool until_connected) {
    return socket_.watch(epoll_fd, token, until_connected || has_unsent());
  }

  // See Socket.
  void limit_receive_buffer(int size_bytes) { socket_.limit_receive_buffer(size_bytes); }
  int descriptor() const { return socket_.descriptor(); }
  std::size_t unread_bytes() const { return socket_.unread_bytes(); }
  int end_output() { return socket_.end_output(); }
  int drain() { return socket_.drain(); }
  void close();
  void reset();

 private:
  Socket socket_;
  std::unique_ptr<Stream> stream_;
};

}  // namespace heapstorm
