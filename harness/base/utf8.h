// Text from a target, made valid UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace heapstorm {

struct Utf8Lead {
  std::size_t length;               // 0: cannot start a sequence
  unsigned char second_low = 0x80;  // the second byte's range keeps out overlong forms, surrogates and > U+10FFFF
  unsigned char second_high = 0xbf;
};

inline Utf8Lead classify_utf8_lead(unsigned char byte) {
  if (byte < 0x80) return {1};
  if (byte < 0xc2) return {0};
  if (byte < 0xe0) return {2};
  if (byte < 0xf0) {
    return {3, static_cast<unsigned char>(byte == 0xe0 ? 0xa0 : 0x80),
            static_cast<unsigned char>(byte == 0xed ? 0x9f : 0xbf)};
  }
  if (byte < 0xf5) {
    return {4, static_cast<unsigned char>(byte == 0xf0 ? 0x90 : 0x80),
            static_cast<unsigned char>(byte == 0xf4 ? 0x8f : 0xbf)};
  }
  return {0};
}

// The length of the well-formed sequence at the start of `bytes`, or 0.
inline std::size_t utf8_sequence_length(std::string_view bytes) {
  const Utf8Lead lead = classify_utf8_lead(static_cast<unsigned char>(bytes[0]));
  if (lead.length < 2) return lead.length;
  if (bytes.size() < lead.length) return 0;
  const auto second = static_cast<unsigned char>(bytes[1]);
  if (second < lead.second_low || second > lead.second_high) return 0;
  for (std::size_t i = 2; i < lead.length; ++i) {
    if ((static_cast<unsigned char>(bytes[i]) & 0xc0) != 0x80) return 0;
  }
  return lead.length;
}

// Replaces every byte that is not part of a well-formed sequence (Unicode 15, table 3-7) by U+FFFD. Never fails.
inline std::string valid_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = utf8_sequence_length(bytes);
    if (length == 0) {
      text += "\xef\xbf\xbd";
      bytes.remove_prefix(1);
    } else {
      text.append(bytes.substr(0, length));
      bytes.remove_prefix(length);
    }
  }
  return text;
}

// The same of the first `max_bytes`: what a stranger wrote may be of any length.
inline std::string valid_utf8(std::string_view bytes, std::size_t max_bytes) {
  return valid_utf8(bytes.substr(0, max_bytes));
}

}  // namespace heapstorm
