// Text of a target or of a user's file, made safe for a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace heapstorm {

// Escapes control characters (C0, DEL, and C1 in UTF-8) as \xHH: what a target printed must not move the cursor,
// recolour or retitle a terminal, nor forge a line of ours.
inline std::string printable(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string safe;
  safe.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    const bool is_c1 = byte == 0xc2 && next >= 0x80 && next < 0xa0;
    if (is_c1) byte = static_cast<unsigned char>(text[++i]);
    if (is_c1 || byte < 0x20 || byte == 0x7f) {
      safe += "\\x";
      safe += digits[byte >> 4];
      safe += digits[byte & 0xf];
    } else {
      safe += text[i];
    }
  }
  return safe;
}

// The same, but line ends stay: for text whose lines are ours.
inline std::string printable_lines(std::string_view text) {
  std::string safe;
  while (true) {
    const std::size_t end = text.find('\n');
    safe += printable(text.substr(0, end));
    if (end == std::string_view::npos) return safe;
    safe += '\n';
    text.remove_prefix(end + 1);
  }
}

}  // namespace heapstorm
