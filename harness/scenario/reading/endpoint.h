// Where a command's server listens, as a scenario writes it: "ws://127.0.0.1:${PORT}/chat". Internal to
// harness/scenario.
#pragma once

#include <optional>
#include <string_view>

#include "harness/scenario/reading/reader.h"
#include "harness/scenario/scenario.h"

namespace heapstorm::scenario {

struct WrittenEndpoint {
  Protocol protocol = Protocol::tcp;
  bool has_tls = false;
  CommandEndpoint endpoint;
};

// ws, http or tcp, or with TLS wss or https; a literal address, an IPv6 one in brackets, or "localhost"; ${PORT} or a
// number; a path, but not for tcp. Names are not looked up, so that what is connected to is what stands there.
std::optional<WrittenEndpoint> parse_endpoint(std::string_view text);

extern const StringRule endpoint_text;

}  // namespace heapstorm::scenario
