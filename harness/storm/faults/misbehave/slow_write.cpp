// slow_write: all that the client says goes out one byte at a time, a pause of `every_ms` between two. Each byte is a
// segment of its own (TCP_NODELAY), so a server meets every place at which a request or frame can be split. How it
// leaves is as fast as ever.
#include "harness/storm/faults/misbehave/protocol_faults.h"

namespace heapstorm {

void slow_down_writes(Connection& connection) {
  connection.trickle(true);
}

}  // namespace heapstorm
