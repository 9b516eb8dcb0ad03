// fragmented_control: a ping that is not the last fragment of itself. The server must end the connection (RFC 6455,
// section 5.5).
#include "harness/storm/faults/misbehave/frame_text.h"
#include "harness/storm/faults/misbehave/protocol_faults.h"
#include "harness/storm/protocol/websocket_frames.h"

namespace heapstorm {

void encode_fragmented_control(FaultWords& words) {
  append_any_frame(words.out, static_cast<std::uint8_t>(Opcode::ping), letters(words.amount), words.random);
}

}  // namespace heapstorm
