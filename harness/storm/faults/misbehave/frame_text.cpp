#include "harness/storm/faults/misbehave/frame_text.h"

#include "harness/base/check.h"

namespace heapstorm {

void append_any_frame(std::string& out, std::uint8_t first_byte, std::string_view payload, Prng& random) {
  HEAPSTORM_CHECK(payload.size() <= 125);
  const std::uint64_t mask = random.next();
  out.push_back(static_cast<char>(first_byte));
  out.push_back(static_cast<char>(frame_masked | payload.size()));
  for (int byte = 0; byte < 4; ++byte) out.push_back(static_cast<char>(mask >> (8 * byte)));
  for (std::size_t at = 0; at < payload.size(); ++at) {
    out.push_back(static_cast<char>(payload[at] ^ static_cast<char>(mask >> (8 * (at % 4)))));
  }
}

std::string letters(std::uint32_t size_bytes) {
  std::string text(size_bytes, '\0');
  char letter = 'a';
  for (char& place : text) {
    place = letter;
    letter = letter == 'z' ? 'a' : static_cast<char>(letter + 1);
  }
  return text;
}

}  // namespace heapstorm
