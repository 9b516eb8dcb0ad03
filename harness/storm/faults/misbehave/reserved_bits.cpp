// reserved_bits: a text frame with some of RSV1 to RSV3 set, without an extension that gives them a meaning. The server
// must end the connection (RFC 6455, section 5.2).
#include "harness/storm/faults/misbehave/frame_text.h"
#include "harness/storm/faults/misbehave/protocol_faults.h"
#include "harness/storm/protocol/websocket_frames.h"

namespace heapstorm {

void encode_reserved_bits(FaultWords& words) {
  const std::uint32_t first_byte = frame_final | words.amount << 4 | static_cast<std::uint32_t>(Opcode::text);
  append_any_frame(words.out, static_cast<std::uint8_t>(first_byte), "reserved bits", words.random);
}

}  // namespace heapstorm
