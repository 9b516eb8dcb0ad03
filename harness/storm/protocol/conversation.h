// A Conversation: what a client of one protocol says and how it understands the answers. It turns actions into bytes
// and bytes into what they mean; it knows no sockets, no time and no plan. One object serves one client for connection
// after connection.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "harness/scenario/scenario.h"
#include "harness/storm/violation.h"

namespace heapstorm {

// What arrived.
enum class DecodeResult {
  nothing,    // not complete yet, or nothing that matters to the client
  answer,     // what the client waited for is complete: the handshake, the reply to an action
  goodbye,    // the server takes its leave
  pong,       // the answer to a ping; no client waits for one but after a ping flood
  violation,  // not this protocol
};

// What was accepted although a line of HTTP should end in CRLF.
struct BareLineFeeds {
  bool in_heads = false;
  bool in_chunks = false;
};

class Conversation {
 public:
  virtual ~Conversation() = default;

  // Forgets the connection before. The bytes said are a function of plan seed and connection number.
  virtual void begin(std::uint64_t seed, std::uint32_t number) = 0;

  // Appends the bytes that open; appends nothing if a connected socket is open enough. `choice`: which of its paths.
  // The step must outlive the connection.
  virtual void encode_open(const OpenStep& step, std::uint32_t choice, std::string& out) = 0;
  // Appends the bytes of a send or request step. `choice`: which of its paths. The step must outlive the answers.
  virtual void encode(const Step& step, std::uint32_t choice, std::string& out) = 0;
  // Appends the bytes by which a client takes its leave; false if the protocol has none.
  virtual bool encode_goodbye(std::string& out) = 0;

  // Consumes bytes from the front up to and including the first that matters. Appends to `out` what must be said back
  // at once.
  virtual DecodeResult decode(std::string_view& bytes, std::string& out) = 0;
  // HTTP's status of the answer or refusal just decoded; 0: it has none.
  virtual int status() const { return 0; }
  // Of the goodbye or pong just decoded: its payload. Valid until the next decode().
  virtual std::string_view control() const { return {}; }
  // The server's stream ended.
  virtual DecodeResult decode_end() = 0;
  // Whether an answer, or that to the handshake, has begun and is not whole. After control frames alone it has not.
  virtual bool is_amid_answer() const = 0;
  // Whether what was decoded since the last answer may be a whole one: it is if nothing follows for a while.
  virtual bool may_be_whole() const { return false; }
  // Nothing did. What was decoded is an answer.
  virtual void decode_quiet() {}

  // Whether the server has said, in the answer just decoded, that it ends the connection after it.
  virtual bool server_will_close() const { return false; }
  // Of the violation just decoded. No words if there is nothing to say but that the handshake was refused.
  virtual Violation violation() const { return {}; }
  // Of the answer just decoded, if the client awaited none. No words: the server may speak unasked.
  virtual Violation unasked() const { return {}; }
  // How the server took its leave, in words and printable ASCII; "" if it just ended the stream.
  virtual std::string farewell() const { return {}; }
  // On this connection.
  virtual BareLineFeeds bare_line_feeds() const { return {}; }
};

// `host` is what HTTP's Host header says; `path` what a WebSocket handshake asks for that
// names no path.
std::unique_ptr<Conversation> make_conversation(Protocol protocol, const std::string& host, const std::string& path);

std::unique_ptr<Conversation> make_tcp_conversation();
std::unique_ptr<Conversation> make_http_conversation(const std::string& host);
std::unique_ptr<Conversation> make_websocket_conversation(const std::string& host, const std::string& path);

}  // namespace heapstorm
