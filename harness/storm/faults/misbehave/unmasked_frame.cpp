// unmasked_frame: a text frame without a mask. The server must end the connection by code 1002 (RFC 6455, section 5.1).
#include "harness/storm/faults/misbehave/frame_text.h"
#include "harness/storm/faults/misbehave/protocol_faults.h"
#include "harness/storm/protocol/websocket_frames.h"

namespace heapstorm {

void encode_unmasked_frame(FaultWords& words) {
  words.out.push_back(static_cast<char>(frame_final | static_cast<std::uint8_t>(Opcode::text)));
  words.out.push_back(static_cast<char>(words.amount));
  words.out.append(letters(words.amount));
}

}  // namespace heapstorm
