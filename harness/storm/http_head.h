// The head of an HTTP/1.1 response, as far as a storm's client needs it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace heapstorm {

struct HttpHead {
  int status = 0;
  int minor_version = 1;
  std::optional<std::uint64_t> content_length_bytes;
  bool chunked = false;
  bool upgrades_to_websocket = false;       // Upgrade: websocket
  bool connection_upgrade = false;          // Connection: Upgrade
  bool connection_close = false;            // Connection: close
  bool connection_keep_alive = false;       // Connection: keep-alive
  bool bare_line_feeds = false;             // some line ends in LF without CR
  std::string websocket_protocol;           // the sub-protocol chosen; empty: none
  std::string websocket_extensions;         // those chosen, as the server says them; empty: none
  std::array<char, 28> websocket_accept{};  // zeros unless the header was there with this length
};

// Whether the server ends the connection after this response (RFC 9112, section 9.3), as far as the head says.
bool ends_connection(const HttpHead& head);

// Parses a whole head, from the status line to the empty line. A line may end in LF alone (RFC 9112, section 2.2).
// Nothing on a malformed head.
std::optional<HttpHead> parse_http_head(std::string_view text);

// Collects a head that may arrive in any pieces. A head in one piece is not copied.
class HttpHeadReader {
 public:
  enum class Progress { more, complete, malformed };

  static constexpr std::size_t max_head_bytes = 16384;

  void reset() { collected_.clear(); }

  // Consumes bytes from the front up to and including the empty line; when complete, `head` is filled.
  Progress read(std::string_view& bytes, HttpHead& head);

 private:
  static Progress parse(std::string_view text, HttpHead& head);

  std::string collected_;
};

bool equals_ignoring_case(std::string_view left, std::string_view right);

}  // namespace heapstorm
