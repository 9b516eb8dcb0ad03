// ping_flood: so many pings at once. All is legal; a server may answer only the latest (RFC 6455, section 5.5.3), so
// that one says that it is. After its pong the session goes on.
#include "harness/storm/faults/misbehave/frame_text.h"
#include "harness/storm/faults/misbehave/protocol_faults.h"
#include "harness/storm/protocol/websocket_frames.h"

namespace heapstorm {
namespace {

constexpr std::string_view one_of_many = "ping";
constexpr std::string_view last = "last ping";

}  // namespace

void encode_ping_flood(FaultWords& words) {
  constexpr auto first_byte = static_cast<std::uint8_t>(frame_final | static_cast<std::uint8_t>(Opcode::ping));
  for (std::uint32_t ping = 1; ping < words.amount; ++ping) {
    append_any_frame(words.out, first_byte, one_of_many, words.random);
  }
  append_any_frame(words.out, first_byte, last, words.random);
}

bool is_last_pong(std::string_view payload) {
  return payload == last;
}

}  // namespace heapstorm
