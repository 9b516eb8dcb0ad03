#include "targets/common/sessions/served_connection.h"

#include <charconv>

#include "harness/heap/heap.h"

namespace heapstorm::target {

namespace {

constexpr std::uint32_t accept_action = HEAPSTORM_ACTION(HEAPSTORM_ACTION_ACCEPT, 0);
constexpr std::uint32_t close_action = HEAPSTORM_ACTION(HEAPSTORM_ACTION_CLOSE, 0);

}  // namespace

ServedConnection::ServedConnection(Service& service, std::uint32_t accept_count, int descriptor)
    : service_(service),
      number_(accept_count | HEAPSTORM_CONNECTION_SERVER_SIDE),
      opened_by_(heapstorm_connection_opened(number_, accept_action)),
      descriptor_(descriptor) {}

ServedConnection::~ServedConnection() {
  closing_ = true;
  outlet_ = nullptr;
  {
    const Context context(*this, close_action);
    if (opened_) service_.on_close(*this);
  }
  heapstorm_connection_closed(number_, close_action, opened_by_);
}

void ServedConnection::send(std::string_view message, bool text) {
  if (outlet_ != nullptr && !closing_) outlet_->send(message, text);
}

void ServedConnection::close() {
  if (closing_) return;
  closing_ = true;
  if (outlet_ != nullptr) outlet_->close();
}

void ServedConnection::identify(std::string_view header_value) {
  std::uint32_t number = 0;
  const char* const end = header_value.data() + header_value.size();
  const auto [stopped_at, error] = std::from_chars(header_value.data(), end, number);
  const bool is_number = error == std::errc() && stopped_at == end;
  if (is_number && number != 0 && number < HEAPSTORM_CONNECTION_SERVER_SIDE) number_ = number;
}

void ServedConnection::open() {
  if (opened_) return;
  opened_ = true;
  service_.on_open(*this);
}

std::uint32_t ServedConnection::next_request() {
  return HEAPSTORM_ACTION(HEAPSTORM_ACTION_REQUEST, ++requests_);
}

std::uint32_t ServedConnection::next_message() {
  return HEAPSTORM_ACTION(HEAPSTORM_ACTION_MESSAGE, ++messages_);
}

Context::Context(const ServedConnection& connection, std::uint32_t action) {
  heapstorm_context(connection.number(), action, 0);
}

Context::~Context() {
  heapstorm_context(0, 0, 0);
}

Step::Step(const ServedConnection& connection, std::uint32_t action) : Context(connection, action) {
  heapstorm_event(HEAPSTORM_EVENT_ACTION, connection.number(), action);
}

}  // namespace heapstorm::target
