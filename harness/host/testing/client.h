// For tests: a blocking TCP client on loopback with a deadline on every read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace heapstorm::host {

class Client {
 public:
  explicit Client(std::uint16_t port);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void send(std::string_view bytes) const;
  // Reads until `end` was seen; what came so far if it never does.
  std::string read_until(std::string_view end) const;
  // Reads `count` bytes; fewer if no more come.
  std::string read(std::size_t count) const;
  // Waits for the peer to close. False: more data came, or nothing until the deadline.
  bool is_closed_by_peer() const;
  // Closes with RST instead of FIN.
  void reset();

 private:
  int socket_;
};

// A WebSocket handshake's request; `connection` 0 leaves the plan's number out.
std::string handshake_request(std::uint32_t connection = 0);
// One masked text frame of up to 125 bytes, as a client sends it.
std::string text_frame(std::string_view message);

}  // namespace heapstorm::host
