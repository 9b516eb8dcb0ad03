#include "targets/common/sessions/websocket_session.h"

#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <string>

#include "harness/abi/black_box.h"
#include "targets/common/sessions/transport.h"

namespace heapstorm::target {

namespace {

namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;
using Handshake = http::request<http::string_body>;

// A peer that sends and never reads may fill the outbox so far; then we stop reading from it.
constexpr std::size_t outbox_limit_bytes = message_limit_bytes;

class WebsocketSession : public Session, public Outlet, public std::enable_shared_from_this<WebsocketSession> {
 public:
  WebsocketSession(Transport&& transport, Handshake&& handshake)
      : connection_(std::move(transport.connection)),
        handshake_(std::move(handshake)),
        websocket_(std::move(transport.stream)) {
    transport.sessions->add(*this);
    websocket_.read_message_max(message_limit_bytes);
  }
  ~WebsocketSession() override { connection_->attach(nullptr); }

  void accept() {
    const Context context(*connection_, HEAPSTORM_ACTION(HEAPSTORM_ACTION_HANDSHAKE, 0));
    // Beast builds the response, and so calls the decorator, before async_accept returns.
    websocket_.set_option(websocket::stream_base::decorator([this](websocket::response_type& response) {
      const std::string_view date = connection_->service().date_header();
      if (!date.empty()) response.set(http::field::date, {date.data(), date.size()});
    }));
    websocket_.async_accept(handshake_, [self = shared_from_this()](error_code error) { self->on_accept(error); });
  }

  void send(std::string_view message, bool text) override {
    outbox_.push_back({std::string(message), text});
    outbox_bytes_ += message.size();
    if (!writing_) write();
  }

  void close() override {
    if (!writing_) start_closing();
  }

  void abandon() override { target::close(websocket_.next_layer()); }
  int descriptor() override { return websocket_.next_layer().native_handle(); }

 private:
  struct Message {
    std::string bytes;
    bool text;
  };

  void on_accept(error_code error) {
    if (error) return;
    handshake_ = {};
    connection_->attach(this);
    {
      const Context context(*connection_, HEAPSTORM_ACTION(HEAPSTORM_ACTION_HANDSHAKE, 0));
      connection_->open();
    }
    read();
  }

  void read() {
    reading_ = true;
    websocket_.async_read(buffer_,
                          [self = shared_from_this()](error_code error, std::size_t) { self->on_read(error); });
  }

  void on_read(error_code error) {
    reading_ = false;
    if (error) return;  // with the peer's close frame already answered by Beast
    {
      const Step step(*connection_, connection_->next_message());
      const auto data = buffer_.cdata();
      connection_->service().on_message(*connection_, {static_cast<const char*>(data.data()), data.size()},
                                        websocket_.got_text());
    }
    buffer_.consume(buffer_.size());
    if (wants_to_read()) read();
  }

  bool wants_to_read() const { return !reading_ && outbox_bytes_ < outbox_limit_bytes && !connection_->is_closing(); }

  void write() {
    writing_ = true;
    websocket_.text(outbox_.front().text);
    websocket_.async_write(boost::asio::buffer(outbox_.front().bytes),
                           [self = shared_from_this()](error_code error, std::size_t) { self->on_write(error); });
  }

  void on_write(error_code error) {
    writing_ = false;
    if (error) return;
    outbox_bytes_ -= outbox_.front().bytes.size();
    outbox_.pop_front();
    if (!outbox_.empty()) return write();
    if (connection_->is_closing()) return start_closing();
    if (wants_to_read()) read();
  }

  void start_closing() {
    if (close_sent_) return;
    close_sent_ = true;
    websocket_.async_close(websocket::close_code::normal, [self = shared_from_this()](error_code) {});
  }

  std::unique_ptr<ServedConnection> connection_;
  Handshake handshake_;
  websocket::stream<Stream, false> websocket_;
  boost::beast::flat_buffer buffer_;
  std::deque<Message> outbox_;
  std::size_t outbox_bytes_ = 0;
  bool reading_ = false;
  bool writing_ = false;
  bool close_sent_ = false;
};

}  // namespace

void start_websocket_session(Transport&& transport, Handshake&& handshake) {
  std::make_shared<WebsocketSession>(std::move(transport), std::move(handshake))->accept();
}

}  // namespace heapstorm::target
