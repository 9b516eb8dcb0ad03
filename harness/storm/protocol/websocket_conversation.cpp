// WebSocket (RFC 6455): the handshake, one text frame per send step, answered by any message. Pings and the server's
// Close are answered at any time.
#include <algorithm>

#include "harness/base/prng.h"
#include "harness/storm/protocol/conversation.h"
#include "harness/storm/protocol/http_head.h"
#include "harness/storm/protocol/http_request.h"
#include "harness/storm/protocol/websocket_frames.h"
#include "harness/storm/protocol/websocket_key.h"

namespace heapstorm {
namespace {

// Which stream of the connection's random numbers gives key and masks, so that they never shift what the plan draws.
constexpr std::uint64_t websocket_stream = 0x77656273'6f636b65ULL;

constexpr int switching_protocols = 101;

class WebsocketConversation final : public Conversation {
 public:
  WebsocketConversation(const std::string& host, const std::string& path) : host_(host), path_(path) {}

  void begin(std::uint64_t seed, std::uint32_t number) override {
    number_ = number;
    random_ = Prng(seed).fork(number).fork(websocket_stream);
    upgraded_ = false;
    handshake_begun_ = false;
    farewell_.clear();
    said_goodbye_ = false;
    status_ = 0;
    bare_line_feeds_ = false;
    head_reader_.reset();
    frames_.reset();
  }

  void encode_open(const OpenStep& step, std::uint32_t choice, std::string& out) override {
    open_ = &step;
    const std::uint64_t high = random_.next();
    key_ = websocket_key(high, random_.next());
    fields_ = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ";
    fields_.append(key_.data(), key_.size()).append("\r\n");
    append_subprotocols();
    append_headers(fields_, step.headers);
    append_get(out, step.paths.empty() ? path_ : step.paths[choice], host_, fields_, number_);
  }

  void encode(const Step& step, std::uint32_t, std::string& out) override {
    append_frame(out, Opcode::text, std::get<SendStep>(step).text, next_mask());
  }

  bool encode_goodbye(std::string& out) override {
    append_close_frame(out, websocket_close_normal, next_mask());
    said_goodbye_ = true;
    return true;
  }

  DecodeResult decode(std::string_view& bytes, std::string& out) override {
    return upgraded_ ? decode_frame(bytes, out) : decode_handshake(bytes);
  }

  int status() const override { return status_; }

  std::string_view control() const override { return frames_.control_payload(); }

  DecodeResult decode_end() override { return DecodeResult::goodbye; }

  bool is_amid_answer() const override { return upgraded_ ? frames_.is_amid_message() : handshake_begun_; }

  std::string farewell() const override { return farewell_; }

  Violation violation() const override {
    return upgraded_ ? Violation{Violation::Kind::other, frames_.violation()} : violation_;
  }

  BareLineFeeds bare_line_feeds() const override { return {bare_line_feeds_, false}; }

 private:
  std::uint32_t next_mask() { return static_cast<std::uint32_t>(random_.next() >> 32); }

  DecodeResult decode_handshake(std::string_view& bytes) {
    handshake_begun_ = true;
    HttpHead head;
    switch (head_reader_.read(bytes, head)) {
      case HttpHeadReader::Progress::more:
        return DecodeResult::nothing;
      case HttpHeadReader::Progress::malformed:
        violation_ = {Violation::Kind::other, "the answer to the handshake: " + head_reader_.fault()};
        return DecodeResult::violation;
      case HttpHeadReader::Progress::complete:
        if (is_interim(head.status)) return DecodeResult::nothing;
        status_ = head.status;
        bare_line_feeds_ = head.bare_line_feeds;
        violation_ = violation_in(head);
        upgraded_ = head.status == switching_protocols && violation_.words.empty();
        return upgraded_ ? DecodeResult::answer : DecodeResult::violation;
    }
    return DecodeResult::violation;
  }

  void append_subprotocols() {
    if (open_->subprotocols.empty()) return;
    const char* before = "Sec-WebSocket-Protocol: ";
    for (const std::string& name : open_->subprotocols) {
      fields_.append(before).append(name);
      before = ", ";
    }
    fields_.append("\r\n");
  }

  // No words if it accepts the handshake, and if it refuses it by another status, which it may.
  Violation violation_in(const HttpHead& head) const {
    using enum Violation::Kind;
    if (head.status != switching_protocols) return {};
    if (!head.upgrades_to_websocket || !head.connection_upgrade) {
      return {other, "the handshake's answer 101 lacks Upgrade: websocket or Connection: Upgrade (RFC 6455, 4.1)"};
    }
    if (head.websocket_accept != websocket_accept(key_)) {
      return {other, "Sec-WebSocket-Accept does not fit the key of the handshake (RFC 6455, 4.1)"};
    }
    if (!head.websocket_extensions.empty()) return not_offered("extension", head.websocket_extensions);
    if (!was_offered(head.websocket_protocol)) return not_offered("sub-protocol", head.websocket_protocol);
    return {};
  }

  static Violation not_offered(const char* thing, const std::string& said) {
    return {Violation::Kind::negotiation, std::string("the server negotiates the ") + thing + " " + in_quotes(said) +
                                              ", which no client had offered (RFC 6455, 4.1)"};
  }

  // A server may choose none, but no other (RFC 6455, section 4.1).
  bool was_offered(const std::string& name) const {
    return name.empty() || std::ranges::find(open_->subprotocols, name) != open_->subprotocols.end();
  }

  DecodeResult decode_frame(std::string_view& bytes, std::string& out) {
    status_ = 0;
    switch (frames_.read(bytes)) {
      case FrameNews::more:
        return DecodeResult::nothing;
      case FrameNews::pong:
        return DecodeResult::pong;
      case FrameNews::message:
        return DecodeResult::answer;
      case FrameNews::ping:
        append_frame(out, Opcode::pong, frames_.control_payload(), next_mask());
        return DecodeResult::nothing;
      case FrameNews::close:
        answer_close(out);
        return DecodeResult::goodbye;
      case FrameNews::violation:
        return DecodeResult::violation;
    }
    return DecodeResult::violation;
  }

  static std::string farewell_in(std::string_view payload) {
    if (payload.size() < 2) return "without a code";
    const int code = static_cast<std::uint8_t>(payload[0]) << 8 | static_cast<std::uint8_t>(payload[1]);
    const std::string_view reason = payload.substr(2);
    return "with code " + std::to_string(code) + (reason.empty() ? "" : ", " + in_quotes(reason));
  }

  // With the code that the server gave, as RFC 6455 (5.5.1) advises.
  void answer_close(std::string& out) {
    if (said_goodbye_) return;
    farewell_ = farewell_in(frames_.control_payload());
    append_frame(out, Opcode::close, frames_.control_payload().substr(0, 2), next_mask());
    said_goodbye_ = true;
  }

  std::string host_, path_;
  std::string fields_;
  const OpenStep* open_ = nullptr;
  std::uint32_t number_ = 0;
  Prng random_{0};
  WebsocketKey key_{};
  bool upgraded_ = false;
  bool handshake_begun_ = false;  // the server's part
  std::string farewell_;
  bool said_goodbye_ = false;
  int status_ = 0;  // of the handshake
  bool bare_line_feeds_ = false;
  Violation violation_;  // of the handshake
  HttpHeadReader head_reader_;
  FrameReader frames_;
};

}  // namespace

std::unique_ptr<Conversation> make_websocket_conversation(const std::string& host, const std::string& path) {
  prepare_websocket_accept();
  return std::make_unique<WebsocketConversation>(host, path);
}

}  // namespace heapstorm
