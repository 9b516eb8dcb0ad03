// Frames that no careful writer would write: any first byte, any payload, masked as it should be or not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/base/prng.h"

namespace heapstorm {

constexpr std::uint8_t frame_final = 0x80;
constexpr std::uint8_t frame_masked = 0x80;

// `payload` of at most 125 bytes.
void append_any_frame(std::string& out, std::uint8_t first_byte, std::string_view payload, Prng& random);

// Letters, as many as asked for.
std::string letters(std::uint32_t size_bytes);

}  // namespace heapstorm
