// continuation_without_start: the last fragment of a message that never began. The server must end the connection (RFC
// 6455, section 5.4).
#include "harness/storm/faults/misbehave/frame_text.h"
#include "harness/storm/faults/misbehave/protocol_faults.h"
#include "harness/storm/protocol/websocket_frames.h"

namespace heapstorm {

void encode_continuation_without_start(FaultWords& words) {
  const auto first_byte = static_cast<std::uint8_t>(frame_final | static_cast<std::uint8_t>(Opcode::continuation));
  append_any_frame(words.out, first_byte, letters(words.amount), words.random);
}

}  // namespace heapstorm
