// truncated_header: the opening is cut after so many bytes and then ended as if it were complete. Where it is cut
// decides what is missing: half a method, half a field, or all fields. At least the last byte is left out.
#include <algorithm>

#include "harness/storm/faults/misbehave/protocol_faults.h"

namespace heapstorm {

void encode_truncated_header(FaultWords& words) {
  words.out.resize(std::min<std::size_t>(words.amount, words.out.size() - 1));
  words.out.append("\r\n\r\n");
}

}  // namespace heapstorm
