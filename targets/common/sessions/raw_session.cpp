#include "targets/common/sessions/raw_session.h"

#include <boost/asio/write.hpp>

#include "targets/common/sessions/transport.h"

namespace heapstorm::target {

namespace {

using boost::system::error_code;

class RawSession : public Session, public std::enable_shared_from_this<RawSession> {
 public:
  explicit RawSession(Transport&& transport) : transport_(std::move(transport)) { transport_.sessions->add(*this); }

  // One read is one message to the black box: raw TCP has no other border.
  void echo() {
    {
      const Step step(connection(), connection().next_message());
      connection().open();
    }
    boost::asio::async_write(
        transport_.stream, transport_.buffer.cdata(),
        [self = shared_from_this()](error_code error, std::size_t bytes) { self->on_write(error, bytes); });
  }

  void abandon() override { close(transport_.stream); }
  int descriptor() override { return transport_.stream.native_handle(); }

 private:
  ServedConnection& connection() { return *transport_.connection; }

  void on_write(error_code error, std::size_t bytes) {
    if (error) return;
    transport_.buffer.consume(bytes);
    if (connection().is_closing()) return finish_sending(transport_.stream);
    read();
  }

  void read() {
    transport_.stream.async_read_some(
        transport_.buffer.prepare(read_bytes),
        [self = shared_from_this()](error_code error, std::size_t bytes) { self->on_read(error, bytes); });
  }

  void on_read(error_code error, std::size_t bytes) {
    if (error) return finish_sending(transport_.stream);
    transport_.buffer.commit(bytes);
    echo();
  }

  static constexpr std::size_t read_bytes = std::size_t{16} << 10;
  Transport transport_;
};

}  // namespace

void start_raw_session(Transport&& transport) {
  std::make_shared<RawSession>(std::move(transport))->echo();
}

}  // namespace heapstorm::target
