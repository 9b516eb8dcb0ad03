// Which protocol a connection speaks, from the first bytes that it sends. HTTP (and so WebSocket) and raw TCP share one
// port.
#pragma once

#include <string_view>

namespace heapstorm::target {

enum class Protocol {
  undecided,  // could still become an HTTP method: read more
  http,
  raw,
};

// HTTP is what starts with a method of RFC 9110 or PATCH and a space.
Protocol protocol_of(std::string_view first_bytes);

}  // namespace heapstorm::target
