// HTTP/1.1 with keep-alive: requests to Service::on_request, one after the other, until the connection closes or
// upgrades.
#pragma once

namespace heapstorm::target {

struct Transport;

// Takes over a connection whose first bytes, in the transport's buffer, are an HTTP request.
void start_http_session(Transport&& transport);

}  // namespace heapstorm::target
