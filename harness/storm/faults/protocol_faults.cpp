#include "harness/storm/faults/protocol_faults.h"

#include <array>

namespace heapstorm {

// Indexed by ProtocolFault; the columns are those of ProtocolFaultRow.
const ProtocolFaultRow& protocol_fault(ProtocolFault fault) {
  static constexpr std::array<ProtocolFaultRow, protocol_fault_count> table = {{
      {"nothing unusual", nullptr, nullptr},
      {"every byte in a segment of its own, with pauses", nullptr, slow_down_writes},
      {"a receive window of 2304 bytes that empties slowly", nullptr, narrow_reads},
      {"random bytes of 0x80 to 0xff before the request", say_garbage_first, nullptr},
      {"a request with one more field, of that many bytes", say_oversized_header, nullptr},
      {"the first bytes of the request, then the empty line that ends it", say_truncated_header, nullptr},
      {"a handshake with Sec-WebSocket-Version other than 13", say_wrong_version, nullptr},
      {"a handshake whose Sec-WebSocket-Key has fewer than 24 characters", say_wrong_key, nullptr},
      {"a text frame without a mask", say_unmasked_frame, nullptr},
      {"a text frame with RSV1, RSV2 or RSV3 set", say_reserved_bits, nullptr},
      {"a frame of a reserved opcode", say_bad_opcode, nullptr},
      {"a frame header that promises 2 to that power of bytes, and eight of them", say_oversized_length, nullptr},
      {"a ping without the FIN bit", say_fragmented_control, nullptr},
      {"a text frame that is not UTF-8", say_invalid_utf8, nullptr},
      {"the last fragment of a message that has no first one", say_continuation_without_start, nullptr},
      {"that many pings at once", say_ping_flood, nullptr},
  }};
  return table[static_cast<std::size_t>(fault)];
}

}  // namespace heapstorm
