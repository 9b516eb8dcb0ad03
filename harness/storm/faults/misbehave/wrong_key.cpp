// wrong_key: a handshake whose key is too short: so many characters instead of 24. The server should refuse it (RFC
// 6455, section 4.2.1: a value that, decoded, has 16 bytes); some do not look.
#include "harness/base/check.h"
#include "harness/storm/faults/misbehave/protocol_faults.h"

namespace heapstorm {

void encode_wrong_key(FaultWords& words) {
  constexpr std::string_view field = "Sec-WebSocket-Key: ";
  const std::size_t at = words.out.find(field);
  HEAPSTORM_CHECK(at != std::string::npos);
  const std::size_t end = at + field.size() + words.amount;
  words.out.erase(end, words.out.find('\r', end) - end);
}

}  // namespace heapstorm
