// A Socket: one non-blocking TCP socket and its registration with epoll. Owns the descriptor.
//
// Registration is edge-triggered and lazy: a socket that never has to wait is never registered, and its descriptor's
// close removes it.
//
// A socket that was reset is kept, with its registration, for the next connection: to make a socket and to close it
// costs the kernel as much as a connect does. Its late events say nothing of the next connection but what that one's
// own calls say too.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "harness/storm/net/socket_address.h"

namespace heapstorm {

// When the first bytes of ours follow the connect. At once: the kernel then lets them carry the handshake's last ACK,
// which else is a segment of its own, as is that of the first answer: of ten segments of a WebSocket connection with
// one echo two are saved. Until they come, at most for the 200 ms of a delayed ACK, the server does not see the
// connection.
enum class FirstBytes { later, at_once };

class Socket {
 public:
  Socket() = default;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket();

  // Begins to connect, from `source` unless null; a kept socket goes on from the source that it has. Returns 0 also
  // while the connect is in progress, else the errno.
  int open(const SocketAddress& target, const SocketAddress* source, FirstBytes first_bytes);

  // 0 when connected, EINPROGRESS when not yet, else why it failed. Asks the kernel only until it is.
  int connect_again(const SocketAddress& target);

  // Sends what fits, and sets `sent_bytes` to how much that was. Returns 0 or the errno.
  int send(std::string_view bytes, std::size_t& sent_bytes);
  // As recv(2): 0 at the end of the stream, -1 with errno.
  ssize_t receive(char* buffer, std::size_t size_bytes);

  // Asks epoll for input (of a descriptor that was given away: nothing), and with `for_output` also for output. Returns
  // 0 or the errno.
  int watch(int epoll_fd, std::uint64_t token, bool for_output);
  // After this the next watch() makes epoll tell again what it has told.
  void watch_anew();

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
  void expect(FirstBytes first_bytes);
  bool keep_socket();
  void close_kept();
  void forget();

  int fd_ = -1;
  std::uint32_t watched_ = 0;  // epoll's event bits
  bool connected_ = false;
  int kept_fd_ = -1;  // of a connection that was reset, not connected
  std::uint32_t kept_watched_ = 0;
  FirstBytes expected_ = FirstBytes::later;  // by the socket, also when it is kept
  int receive_buffer_bytes_ = 0;
};

}  // namespace heapstorm
