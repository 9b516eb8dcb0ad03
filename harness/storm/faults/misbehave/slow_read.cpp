// slow_read: the least receive window that the kernel has, of which at most 256 bytes are read every `every_ms`. A
// server with more to say finds its send buffer full and has to keep the rest.
#include "harness/storm/faults/misbehave/protocol_faults.h"

namespace heapstorm {

void narrow_reads(Connection& connection) {
  constexpr int least_that_there_is = 1;  // the kernel makes 2304 bytes of it
  connection.limit_receive_buffer(least_that_there_is);
}

}  // namespace heapstorm
