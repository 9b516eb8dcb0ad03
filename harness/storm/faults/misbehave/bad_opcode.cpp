// bad_opcode: a frame of one of the ten opcodes that mean nothing: 3 to 7, or 11 to 15. The server must end the
// connection (RFC 6455, section 5.2).
#include "harness/storm/faults/misbehave/frame_text.h"
#include "harness/storm/faults/misbehave/protocol_faults.h"

namespace heapstorm {

void encode_bad_opcode(FaultWords& words) {
  const std::uint32_t opcode = words.amount <= 5 ? 2 + words.amount : 5 + words.amount;
  append_any_frame(words.out, static_cast<std::uint8_t>(frame_final | opcode), "bad opcode", words.random);
}

}  // namespace heapstorm
