// mid_handshake: the client goes in the middle of its request. The server never gets a whole head. At least the last
// byte is left out, however many the plan asks for.
#include <algorithm>

#include "harness/storm/faults/leave/close_faults.h"

namespace heapstorm {

void cut_handshake(std::string& out, std::uint32_t after_bytes) {
  if (out.empty()) return;
  out.resize(std::min<std::size_t>(after_bytes, out.size() - 1));
}

}  // namespace heapstorm
