// WebSocket: completes the handshake, gives messages to Service::on_message, writes what the Service sends, closes.
#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

namespace heapstorm::target {

struct Transport;

// Takes over a connection that asked for an upgrade. The Service has agreed already.
void start_websocket_session(Transport&& transport,
                             boost::beast::http::request<boost::beast::http::string_body>&& handshake);

}  // namespace heapstorm::target
