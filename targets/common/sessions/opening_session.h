// A connection whose protocol is not known yet: reads until its first bytes tell, then hands it on.
#pragma once

namespace heapstorm::target {

struct Transport;

// Starts serving a fresh connection on the calling worker thread.
void start_opening_session(Transport&& transport);

}  // namespace heapstorm::target
