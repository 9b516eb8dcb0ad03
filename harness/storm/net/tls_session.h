// A TlsSession: the client's end of a TLS connection, between plain bytes and the bytes on the wire. It knows no
// sockets: who has some gives it what arrived, and sends what it appends to `wire`. One object serves connection after
// connection.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>

struct ssl_st;
struct ssl_ctx_st;
struct bio_st;

namespace heapstorm {

using SSL_CTX = ssl_ctx_st;

class TlsSession {
 public:
  // Takes `ssl`. `asked_name`: for SNI; "": none.
  TlsSession(ssl_st* ssl, const std::string& asked_name);
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;
  ~TlsSession();

  // Forgets the connection before and begins the handshake.
  void begin(std::string& wire);
  // Goes on with the handshake. Returns 0 when it is complete, EAGAIN when it needs more, else why it failed (see
  // storm_error.h); then what `wire` got is the alert that tells the server.
  int handshake(std::string& wire);
  bool is_open() const { return open_; }

  // What has arrived on the wire.
  void feed(std::string_view arrived);
  // Takes plain bytes from what was fed. As recv(2): 0 after the server's close_notify, -1 with errno, which may be one
  // of TLS. The server may want an answer to what stands between them.
  ssize_t unseal(char* buffer, std::size_t size_bytes, std::string& wire);
  // Only when open.
  void seal(std::string_view plain, std::string& wire);
  // close_notify.
  void end(std::string& wire);

  // Of the last error, in words: "self-signed certificate".
  const std::string& failure() const { return failure_; }

 private:
  int note_failure();
  void take_output(std::string& wire);

  ssl_st* ssl_;
  bio_st* input_;  // owned by ssl_, as output_ is
  bio_st* output_;
  bool open_ = false;
  std::string failure_;
};

}  // namespace heapstorm
