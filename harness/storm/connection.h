// A Connection: one non-blocking TCP socket, its unsent bytes and its registration with epoll. Owns the descriptor.
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
#include <string>
#include <string_view>

#include "harness/storm/socket_address.h"

namespace heapstorm {

class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // Begins to connect, from `source` unless null; a kept socket goes on from the source that it has. Returns 0 also
  // while the connect is in progress, else the errno.
  int open(const SocketAddress& target, const SocketAddress* source);

  // 0 when connected, EINPROGRESS when not yet, else why it failed.
  int connect_again(const SocketAddress& target);

  // Sends what fits and keeps the rest. On a socket that is still connecting all is kept. Returns 0 or the errno.
  int send(std::string_view bytes);
  // Sends what was kept.
  int flush();
  // While on, send() and flush() keep everything, and only send_byte() sends.
  void trickle(bool on) { trickles_ = on; }
  bool trickles() const { return trickles_; }
  // The first byte of what was kept. Returns 0 or the errno.
  int send_byte();
  bool has_unsent() const { return unsent_at_ < unsent_.size(); }
  std::uint64_t take_sent_bytes();  // since the last call

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
  void forget();

  int fd_ = -1;
  std::uint32_t watched_ = 0;  // epoll's event bits
  int kept_fd_ = -1;           // of a connection that was reset, not connected
  std::uint32_t kept_watched_ = 0;
  int receive_buffer_bytes_ = 0;
  bool trickles_ = false;
  std::string unsent_;
  std::size_t unsent_at_ = 0;
  std::uint64_t sent_bytes_ = 0;
};

}  // namespace heapstorm
