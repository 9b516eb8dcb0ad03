// garbage_first: bytes that are no HTTP, then the opening as it should be. A client of another protocol on this port,
// or a proxy that is out of step.
#include "harness/storm/faults/misbehave/protocol_faults.h"

namespace heapstorm {

void encode_garbage_first(FaultWords& words) {
  std::string garbage(words.amount, '\0');
  // The upper half only: no letter, so no accidental method, and no end of line.
  for (char& byte : garbage) byte = static_cast<char>(0x80 | words.random.below(0x80));
  words.out.insert(0, garbage);
}

}  // namespace heapstorm
