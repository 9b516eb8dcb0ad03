// oversized_header: the opening with one more header field, of so many bytes. A server must give up (431, 400 or a
// reset) before it has stored it all.
#include "harness/storm/faults/misbehave/frame_text.h"
#include "harness/storm/faults/misbehave/protocol_faults.h"

namespace heapstorm {

void encode_oversized_header(FaultWords& words) {
  constexpr std::size_t empty_line_bytes = 2;
  words.out.insert(words.out.size() - empty_line_bytes, "X-Filler: " + letters(words.amount) + "\r\n");
}

}  // namespace heapstorm
