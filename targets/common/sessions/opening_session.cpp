#include "targets/common/sessions/opening_session.h"

#include "targets/common/sessions/first_bytes.h"
#include "targets/common/sessions/http_session.h"
#include "targets/common/sessions/raw_session.h"
#include "targets/common/sessions/transport.h"

namespace heapstorm::target {

namespace {

using boost::system::error_code;

class OpeningSession : public Session, public std::enable_shared_from_this<OpeningSession> {
 public:
  explicit OpeningSession(Transport&& transport) : transport_(std::move(transport)) { transport_.sessions->add(*this); }

  void read() {
    transport_.stream.async_read_some(
        transport_.buffer.prepare(header_limit_bytes),
        [self = shared_from_this()](error_code error, std::size_t bytes) { self->on_read(error, bytes); });
  }

  void abandon() override { close(transport_.stream); }
  int descriptor() override { return transport_.stream.native_handle(); }

 private:
  void on_read(error_code error, std::size_t bytes) {
    if (error) return;
    transport_.buffer.commit(bytes);
    const auto data = transport_.buffer.cdata();
    switch (protocol_of({static_cast<const char*>(data.data()), data.size()})) {
      case Protocol::undecided:
        return read();
      case Protocol::http:
        return start_http_session(std::move(transport_));
      case Protocol::raw:
        return start_raw_session(std::move(transport_));
    }
  }

  Transport transport_;
};

}  // namespace

void start_opening_session(Transport&& transport) {
  std::make_shared<OpeningSession>(std::move(transport))->read();
}

}  // namespace heapstorm::target
