// invalid_utf8: a text message that is no text. The server should end the connection by code 1007 (RFC 6455, section
// 8.1).
#include <array>

#include "harness/storm/faults/misbehave/frame_text.h"
#include "harness/storm/faults/misbehave/protocol_faults.h"
#include "harness/storm/protocol/websocket_frames.h"

namespace heapstorm {

void encode_invalid_utf8(FaultWords& words) {
  constexpr std::array<std::string_view, 6> sequences{
      "\x80",              // a continuation that continues nothing
      "\xc3(",             // a beginning without its continuation
      "\xc0\xaf",          // '/' in two bytes
      "\xed\xa0\x80",      // half of a surrogate pair
      "\xf4\x90\x80\x80",  // beyond U+10FFFF
      "\xe2\x82",          // cut off by the end of the message
  };
  const std::string text = "not UTF-8: " + std::string(sequences.at(words.amount - 1));
  append_any_frame(words.out, frame_final | static_cast<std::uint8_t>(Opcode::text), text, words.random);
}

}  // namespace heapstorm
