// HTTP/1.1: GET requests on one kept-alive connection; a request is answered when the whole response has been read.
#include <algorithm>
#include <utility>

#include "harness/storm/protocol/conversation.h"
#include "harness/storm/protocol/http_request.h"
#include "harness/storm/protocol/http_response.h"

namespace heapstorm {
namespace {

constexpr int switching_protocols = 101;
constexpr int request_timeout = 408;
constexpr const char* unasked_switch = "the server switches protocols (101), which no request asks for (RFC 9110, 7.8)";

class HttpConversation final : public Conversation {
 public:
  explicit HttpConversation(const std::string& host) : host_(host) {}

  void begin(std::uint64_t, std::uint32_t number) override {
    number_ = number;
    asks_for_upgrade_ = false;
    violation_.clear();
    reader_.reset();
  }

  void encode_open(const OpenStep&, std::uint32_t, std::string&) override {}

  void encode(const Step& step, std::uint32_t choice, std::string& out) override {
    const auto& request = std::get<RequestStep>(step);
    fields_.clear();
    asks_for_upgrade_ = has_upgrade(request.headers);
    append_headers(fields_, request.headers);
    append_get(out, request.paths[choice], host_, fields_, number_);
  }

  bool encode_goodbye(std::string&) override { return false; }

  DecodeResult decode(std::string_view& bytes, std::string&) override {
    switch (reader_.read(bytes)) {
      case HttpResponseReader::Progress::more:
        return DecodeResult::nothing;
      case HttpResponseReader::Progress::complete:
        return switches_unasked() ? violate(unasked_switch) : DecodeResult::answer;
      case HttpResponseReader::Progress::malformed:
        return violate(reader_.fault());
    }
    return DecodeResult::violation;
  }

  int status() const override { return reader_.status(); }

  DecodeResult decode_end() override {
    return reader_.ends_with_stream() ? DecodeResult::answer : DecodeResult::goodbye;
  }

  bool is_amid_answer() const override { return reader_.has_begun(); }

  bool server_will_close() const override { return reader_.is_last(); }

  Violation violation() const override { return {Violation::Kind::other, violation_}; }

  // That a client is too slow may be said at any time.
  Violation unasked() const override {
    if (reader_.status() == request_timeout) return {};
    return {Violation::Kind::other, "a response that no request awaits (RFC 9112, 9.2)"};
  }

  BareLineFeeds bare_line_feeds() const override {
    return {reader_.bare_line_feeds(), reader_.bare_chunk_line_feeds()};
  }

 private:
  static bool has_upgrade(const Headers& headers) {
    return std::any_of(headers.begin(), headers.end(),
                       [](const auto& header) { return equals_ignoring_case(header.first, "upgrade"); });
  }

  bool switches_unasked() const { return reader_.status() == switching_protocols && !asks_for_upgrade_; }

  DecodeResult violate(std::string words) {
    violation_ = std::move(words);
    return DecodeResult::violation;
  }

  std::string host_;
  std::string fields_;
  std::uint32_t number_ = 0;
  bool asks_for_upgrade_ = false;
  std::string violation_;
  HttpResponseReader reader_;
};

}  // namespace

std::unique_ptr<Conversation> make_http_conversation(const std::string& host) {
  return std::make_unique<HttpConversation>(host);
}

}  // namespace heapstorm
