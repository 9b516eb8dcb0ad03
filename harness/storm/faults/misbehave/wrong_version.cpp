// wrong_version: a handshake of a WebSocket version that is not 13. The server must refuse it and name its own (RFC
// 6455, section 4.4): 426 or 400.
#include "harness/base/check.h"
#include "harness/storm/faults/misbehave/protocol_faults.h"

namespace heapstorm {

void encode_wrong_version(FaultWords& words) {
  constexpr std::string_view field = "Sec-WebSocket-Version: ";
  const std::size_t at = words.out.find(field);
  HEAPSTORM_CHECK(at != std::string::npos);
  const std::size_t value = at + field.size();
  words.out.replace(value, words.out.find('\r', value) - value, std::to_string(words.amount));
}

}  // namespace heapstorm
