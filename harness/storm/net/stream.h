// A Stream: what a client and its server say to each other, as bytes in order, over a Socket: plain, or inside TLS. One
// object serves connection after connection.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "harness/storm/net/socket.h"
#include "harness/storm/net/tls_context.h"

namespace heapstorm {

class Stream {
 public:
  Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  virtual ~Stream() = default;

  // Begins, on a socket that connects or is connected. Returns 0 or the errno.
  virtual int begin() = 0;
  // Whether it has a handshake of its own, behind TCP's.
  virtual bool has_handshake() const = 0;
  // Whether that is not complete yet. Until then nothing may be sent.
  virtual bool is_in_handshake() const = 0;
  // Goes on with it by what has arrived. Returns 0 when it is complete, EAGAIN when it needs more, ENODATA when the
  // server has gone, else the errno or an error of TLS (storm_error.h).
  virtual int handshake() = 0;

  // Sends what fits and keeps the rest. On a socket that is still connecting all is kept. Returns 0 or the errno.
  virtual int send(std::string_view bytes) = 0;
  // Sends what was kept.
  virtual int flush() = 0;
  // While on, send() and flush() keep everything, and only send_byte() sends.
  virtual void trickle(bool on) = 0;
  // The first byte of what was kept. Returns 0 or the errno.
  virtual int send_byte() = 0;
  virtual bool has_unsent() const = 0;

  // As recv(2): 0 at the end of the stream, -1 with errno, which may be an error of TLS.
  virtual ssize_t receive(char* buffer, std::size_t size_bytes) = 0;

  // Says the goodbye that the stream has of its own, close_notify; false if it has none.
  virtual bool end() = 0;
  // Forgets the connection, of which the socket is closed.
  virtual void clear() = 0;
  // Of the last error of TLS, in words.
  virtual std::string failure() const { return {}; }

  bool trickles() const { return trickles_; }
  // Since the last call; with TLS those inside it.
  std::uint64_t take_sent_bytes();

 protected:
  bool trickles_ = false;
  std::uint64_t sent_bytes_ = 0;
};

// Bytes that wait to be sent.
class Unsent {
 public:
  bool empty() const { return at_ >= bytes_.size(); }
  std::string_view left() const { return std::string_view(bytes_).substr(at_); }
  void append(std::string_view bytes) { bytes_.append(bytes); }
  // For who appends to a string.
  std::string& end() { return bytes_; }
  // Those at the front were sent.
  void drop(std::size_t size_bytes);
  void clear();

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

// Plain, or inside TLS if there is a context. Socket and context must outlive it.
std::unique_ptr<Stream> make_stream(Socket& socket, const TlsContext* tls);

std::unique_ptr<Stream> make_tcp_stream(Socket& socket);
std::unique_ptr<Stream> make_tls_stream(Socket& socket, const TlsContext& context);

}  // namespace heapstorm
