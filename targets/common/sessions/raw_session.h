// Plain TCP: every byte is sent back, nothing is parsed. For the storm's protocol `tcp`.
#pragma once

namespace heapstorm::target {

struct Transport;

// Takes over a connection whose first bytes, in the transport's buffer, are no HTTP.
void start_raw_session(Transport&& transport);

}  // namespace heapstorm::target
