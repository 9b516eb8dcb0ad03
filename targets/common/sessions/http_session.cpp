#include "targets/common/sessions/http_session.h"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <optional>

#include "harness/abi/black_box.h"
#include "targets/common/sessions/transport.h"
#include "targets/common/sessions/websocket_session.h"

namespace heapstorm::target {

namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

std::string_view as_view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

class HttpSession : public Session, public std::enable_shared_from_this<HttpSession> {
 public:
  explicit HttpSession(Transport&& transport) : transport_(std::move(transport)) { transport_.sessions->add(*this); }

  void read() {
    parser_.emplace();
    parser_->header_limit(header_limit_bytes);
    parser_->body_limit(body_limit_bytes);
    http::async_read(transport_.stream, transport_.buffer, *parser_,
                     [self = shared_from_this()](error_code error, std::size_t) { self->on_read(error); });
  }

  void abandon() override { close(transport_.stream); }
  int descriptor() override { return transport_.stream.native_handle(); }

 private:
  ServedConnection& connection() { return *transport_.connection; }

  void on_read(error_code error) {
    if (error) return finish_sending(transport_.stream);
    connection().identify(as_view(parser_->get()[HEAPSTORM_CONNECTION_HEADER]));
    boost::beast::websocket::is_upgrade(parser_->get()) ? upgrade() : answer();
  }

  void answer() {
    {
      const Step step(connection(), connection().next_request());
      connection().open();
      build_response(ask_service(false));
    }
    write();
  }

  void upgrade() {
    {
      const Step step(connection(), HEAPSTORM_ACTION(HEAPSTORM_ACTION_HANDSHAKE, 0));
      const Response response = ask_service(true);
      if (response.status != 200) build_response(response);
    }
    if (response_) return write();
    start_websocket_session(std::move(transport_), parser_->release());
  }

  Response ask_service(bool is_handshake) {
    const auto& message = parser_->get();
    return connection().service().on_request(
        connection(), {as_view(message.method_string()), as_view(message.target()), message.body(), is_handshake});
  }

  void build_response(const Response& response) {
    response_.emplace(static_cast<http::status>(response.status), parser_->get().version());
    const std::string_view date = connection().service().date_header();
    if (!date.empty()) response_->set(http::field::date, {date.data(), date.size()});
    response_->set(http::field::content_type, response.content_type);
    response_->keep_alive(parser_->get().keep_alive() && !connection().is_closing());
    response_->body() = parser_->get().method() == http::verb::head ? std::string() : response.body;
    response_->content_length(response.body.size());
  }

  void write() {
    http::async_write(transport_.stream, *response_,
                      [self = shared_from_this()](error_code error, std::size_t) { self->on_write(error); });
  }

  void on_write(error_code error) {
    if (error) return;
    const bool keep_alive = response_->keep_alive();
    response_.reset();
    if (!keep_alive) return finish_sending(transport_.stream);
    read();
  }

  Transport transport_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::string_body>> response_;
};

}  // namespace

void start_http_session(Transport&& transport) {
  std::make_shared<HttpSession>(std::move(transport))->read();
}

}  // namespace heapstorm::target
