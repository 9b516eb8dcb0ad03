// HTTP/1.1: GET requests on one kept-alive connection; a request is answered when the whole response has been read.
#include "harness/storm/conversation.h"
#include "harness/storm/http_request.h"
#include "harness/storm/http_response.h"

namespace heapstorm {
namespace {

class HttpConversation final : public Conversation {
 public:
  explicit HttpConversation(const std::string& host) : host_(host) {}

  void begin(std::uint64_t, std::uint32_t number) override {
    number_ = number;
    reader_.reset();
  }

  void say_open(const OpenStep&, std::uint32_t, std::string&) override {}

  void say(const Step& step, std::uint32_t choice, std::string& out) override {
    const auto& request = std::get<RequestStep>(step);
    fields_.clear();
    append_headers(fields_, request.headers);
    append_get(out, request.paths[choice], host_, fields_, number_);
  }

  bool say_goodbye(std::string&) override { return false; }

  Heard hear(std::string_view& bytes, std::string&) override {
    switch (reader_.read(bytes)) {
      case HttpResponseReader::Progress::more:
        return Heard::nothing;
      case HttpResponseReader::Progress::complete:
        return Heard::answer;
      case HttpResponseReader::Progress::malformed:
        return Heard::violation;
    }
    return Heard::violation;
  }

  int status() const override { return reader_.status(); }

  Heard hear_end() override { return reader_.ends_with_stream() ? Heard::answer : Heard::goodbye; }

  bool server_will_close() const override { return reader_.is_last(); }

  Violation violation() const override { return {Violation::Kind::other, reader_.fault()}; }

  BareLineFeeds bare_line_feeds() const override {
    return {reader_.bare_line_feeds(), reader_.bare_chunk_line_feeds()};
  }

 private:
  std::string host_;
  std::string fields_;
  std::uint32_t number_ = 0;
  HttpResponseReader reader_;
};

}  // namespace

std::unique_ptr<Conversation> make_http_conversation(const std::string& host) {
  return std::make_unique<HttpConversation>(host);
}

}  // namespace heapstorm
