// A Connection: one non-blocking TCP socket, its unsent bytes and its registration with epoll. Owns the descriptor.
// With TLS, send() and receive() speak through that, and all else is about the socket beneath it.
//
// Registration is edge-triggered and lazy: a connection that never has to wait is never registered, and its
// descriptor's close removes it.
//
// A socket that was reset is kept, with its registration, for the next connection: to make a socket and to close it
// costs the kernel as much as a connect does. Its late events say nothing of the next connection but what that one's
// own calls say too.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "harness/storm/socket_address.h"
#include "harness/storm/tls_context.h"

namespace heapstorm {

// When the first bytes of ours follow the connect. At once: the kernel then lets them carry the handshake's last ACK,
// which else is a segment of its own, as is that of the first answer: of ten segments of a WebSocket connection with
// one echo two are saved. Until they come, at most for the 200 ms of a delayed ACK, the server does not see the
// connection.
enum class FirstBytes { later, at_once };

class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // Begins to connect, from `source` unless null; a kept socket goes on from the source that it has. Returns 0 also
  // while the connect is in progress, else the errno.
  int open(const SocketAddress& target, const SocketAddress* source, FirstBytes first_bytes);

  // 0 when connected, EINPROGRESS when not yet, else why it failed. Asks the kernel only until it is.
  int connect_again(const SocketAddress& target);

  // Begins TLS, right after open(). Returns 0 or the errno.
  int begin_tls(const TlsContext& context);
  bool has_tls() const { return tls_ != nullptr; }
  // Whether TLS was begun and is not there yet. Until then nothing may be sent.
  bool is_securing() const { return tls_ != nullptr && !tls_->is_open(); }
  // Goes on with it by what has arrived. Returns 0 when it is there, EAGAIN when it needs more, ENODATA when the server
  // has gone, else the errno or an error of TLS (storm_error.h).
  int secure();
  // close_notify, if there is TLS.
  void end_tls();
  // Of the last error of TLS.
  const std::string& tls_failure() const { return tls_->failure(); }
  // After this the next watch() makes epoll tell again what it has told.
  void watch_anew();

  // Sends what fits and keeps the rest. On a socket that is still connecting all is kept. Returns 0 or the errno.
  int send(std::string_view bytes);
  // Sends what was kept.
  int flush();
  // While on, send() and flush() keep everything, and only send_byte() sends.
  void trickle(bool on);
  bool trickles() const { return trickles_; }
  // The first byte of what was kept. Returns 0 or the errno.
  int send_byte();
  bool has_unsent() const { return unsent_at_ < unsent_.size() || (trickles_ && withheld_at_ < withheld_.size()); }
  std::uint64_t take_sent_bytes();  // since the last call; with TLS those inside it

  // As recv(2): 0 at the end of the stream, -1 with errno.
  ssize_t receive(char* buffer, std::size_t size_bytes);

  // Asks epoll for input (of a descriptor that was given away: nothing), and for output also while there is something
  // to send or `until_connected`. Returns 0 or the errno.
  int watch(int epoll_fd, std::uint64_t token, bool until_connected);

  // Before open(): asks the kernel for a receive buffer of that size, 0 for its usual one.
  void limit_receive_buffer(int size_bytes) { receive_buffer_bytes_ = size_bytes; }

  int descriptor() const { return fd_; }

  // What has arrived and was not read yet.
  std::size_t unread_bytes() const;

  // Ends our half of the stream: the kernel sends FIN. Returns 0 or the errno.
  int end_output();
  // Throws away what has arrived, so that close() does not reset. Returns 0, or the errno when the peer had reset.
  int drain();

  void close();
  // Leaves with RST, whatever the state of the stream.
  void reset();

 private:
  int make_socket(int family, const SocketAddress* source);
  bool keep_socket();
  void close_kept();
  void expect(FirstBytes first_bytes);
  int send_sealed(std::string_view bytes);
  int send_sealed_byte();
  ssize_t receive_wire(char* buffer, std::size_t size_bytes);
  ssize_t receive_sealed(char* buffer, std::size_t size_bytes);
  int feed_tls(std::size_t most_bytes, bool& emptied);
  void forget();

  int fd_ = -1;
  std::uint32_t watched_ = 0;  // epoll's event bits
  bool connected_ = false;
  int kept_fd_ = -1;  // of a connection that was reset, not connected
  std::uint32_t kept_watched_ = 0;
  FirstBytes expected_ = FirstBytes::later;  // by the socket, also when it is kept
  int receive_buffer_bytes_ = 0;
  bool trickles_ = false;
  std::string unsent_;
  std::size_t unsent_at_ = 0;
  std::uint64_t sent_bytes_ = 0;
  std::unique_ptr<TlsStream> tls_;  // kept for the next connection
  std::string withheld_;            // while trickling through TLS: what is not sealed yet
  std::size_t withheld_at_ = 0;
  int deferred_error_ = 0;  // of a receive that had something to give first
};

}  // namespace heapstorm
