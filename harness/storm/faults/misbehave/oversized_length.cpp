// oversized_length: a frame whose length field promises 2 to the planned power of bytes; eight come. A server that
// makes room for the message it is promised has none left. 63 is not allowed at all (RFC 6455, section 5.2); the
// others are too big for any server: code 1009, 1002, or the connection ends.
#include "harness/storm/faults/misbehave/frame_text.h"
#include "harness/storm/faults/misbehave/protocol_faults.h"
#include "harness/storm/protocol/websocket_frames.h"

namespace heapstorm {

void encode_oversized_length(FaultWords& words) {
  constexpr std::uint8_t eight_byte_length = 127;
  const std::uint64_t length = std::uint64_t{1} << words.amount;
  words.out.push_back(static_cast<char>(frame_final | static_cast<std::uint8_t>(Opcode::binary)));
  words.out.push_back(static_cast<char>(frame_masked | eight_byte_length));
  for (int shift = 56; shift >= 0; shift -= 8) words.out.push_back(static_cast<char>(length >> shift));
  const std::uint64_t mask = words.random.next();
  for (int byte = 0; byte < 4; ++byte) words.out.push_back(static_cast<char>(mask >> (8 * byte)));
  words.out.append(letters(8));
}

}  // namespace heapstorm
