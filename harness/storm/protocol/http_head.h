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

// Whether another response follows for the same request (RFC 9110, section 15.2).
bool is_interim(int status);

// Whether the server ends the connection after this response (RFC 9112, section 9.3), as far as the head says.
bool ends_connection(const HttpHead& head);

// Parses a whole head, from the status line to the empty line. A line may end in LF alone (RFC 9112, section 2.2), a
// field may be folded into several (section 5.2). Nothing on a malformed head; `fault` then says what is, in printable
// ASCII.
std::optional<HttpHead> parse_http_head(std::string_view text, std::string& fault);

// Collects a head that may arrive in any pieces. A head in one piece is not copied.
class HttpHeadReader {
 public:
  enum class Progress { more, complete, malformed };

  // As browsers do.
  static constexpr std::size_t max_head_bytes = 256 * 1024;

  void reset() { collected_.clear(); }

  // Consumes bytes from the front up to and including the empty line; when complete, `head` is filled. What cannot
  // become a head is malformed at once: who speaks another protocol may never send an empty line.
  Progress read(std::string_view& bytes, HttpHead& head);

  // What was malformed. Only after that.
  const std::string& fault() const { return fault_; }

 private:
  Progress collect(std::string_view& bytes, HttpHead& head);
  Progress parse(std::string_view text, HttpHead& head);
  Progress malformed(std::string fault);

  std::string collected_;
  std::string fault_;
};

bool equals_ignoring_case(std::string_view left, std::string_view right);

}  // namespace heapstorm
