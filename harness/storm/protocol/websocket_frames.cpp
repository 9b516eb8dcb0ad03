#include "harness/storm/protocol/websocket_frames.h"

#include <algorithm>
#include <cstring>

namespace heapstorm {
namespace {

constexpr std::uint8_t final_bit = 0x80;
constexpr std::uint8_t mask_bit = 0x80;
constexpr std::uint8_t length_bits = 0x7f;
constexpr std::uint8_t two_byte_length = 126;
constexpr std::uint8_t eight_byte_length = 127;

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<std::uint8_t>(byte);
  return value;
}

void append_length(std::string& out, std::uint64_t length) {
  if (length < two_byte_length) {
    out.push_back(static_cast<char>(mask_bit | length));
  } else if (length <= 0xffff) {
    out.push_back(static_cast<char>(mask_bit | two_byte_length));
    append_big_endian(out, length, 2);
  } else {
    out.push_back(static_cast<char>(mask_bit | eight_byte_length));
    append_big_endian(out, length, 8);
  }
}

// Eight bytes at a time: the key repeats every four.
void append_masked(std::string& out, std::string_view payload, std::uint32_t mask_key) {
  const std::size_t begin = out.size();
  out.append(payload);
  char* bytes = out.data() + begin;
  const std::uint64_t wide_key = static_cast<std::uint64_t>(mask_key) << 32 | mask_key;
  std::size_t at = 0;
  for (; at + 8 <= payload.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes + at, 8);
    word ^= wide_key;
    std::memcpy(bytes + at, &word, 8);
  }
  for (; at < payload.size(); ++at) bytes[at] ^= static_cast<char>(mask_key >> (8 * (at % 4)));
}

}  // namespace

void append_frame(std::string& out, Opcode opcode, std::string_view payload, std::uint32_t mask_key) {
  out.push_back(static_cast<char>(final_bit | static_cast<std::uint8_t>(opcode)));
  append_length(out, payload.size());
  for (int byte = 0; byte < 4; ++byte) out.push_back(static_cast<char>(mask_key >> (8 * byte)));
  append_masked(out, payload, mask_key);
}

void append_close_frame(std::string& out, std::uint16_t code, std::uint32_t mask_key) {
  const std::array<char, 2> payload = {static_cast<char>(code >> 8), static_cast<char>(code)};
  append_frame(out, Opcode::close, {payload.data(), payload.size()}, mask_key);
}

std::size_t frame_header_bytes(std::uint8_t second_byte) {
  const std::uint8_t length = second_byte & length_bits;
  const std::size_t length_field = length == eight_byte_length ? 8 : length == two_byte_length ? 2 : 0;
  return 2 + length_field + ((second_byte & mask_bit) != 0 ? 4 : 0);
}

FrameHeader decode_frame_header(std::string_view bytes) {
  const auto first = static_cast<std::uint8_t>(bytes[0]);
  const auto second = static_cast<std::uint8_t>(bytes[1]);
  FrameHeader header;
  header.final = (first & final_bit) != 0;
  header.reserved_bits = first >> 4 & 7;
  header.opcode = first & 0x0f;
  header.masked = (second & mask_bit) != 0;
  header.header_bytes = frame_header_bytes(second);
  const std::size_t mask_bytes = header.masked ? 4 : 0;
  const std::string_view extended = bytes.substr(2, header.header_bytes - 2 - mask_bytes);
  header.length_bytes = extended.empty() ? second & length_bits : big_endian(extended);
  for (std::size_t byte = 0; byte < mask_bytes; ++byte) {
    const auto value = static_cast<std::uint8_t>(bytes[header.header_bytes - 4 + byte]);
    header.mask_key |= static_cast<std::uint32_t>(value) << (8 * byte);
  }
  return header;
}

FrameNews FrameReader::read(std::string_view& bytes) {
  while (true) {
    if (!in_payload_) {
      if (!read_header(bytes)) return FrameNews::more;
      violation_ = header_violation();
      if (violation_ != nullptr) return FrameNews::violation;
      in_payload_ = true;
      payload_left_bytes_ = header_.length_bytes;
      control_bytes_ = 0;
    }
    read_payload(bytes);
    if (payload_left_bytes_ > 0) return FrameNews::more;
    const FrameNews news = end_of_frame();
    if (news != FrameNews::more) return news;
  }
}

bool FrameReader::read_header(std::string_view& bytes) {
  while (!bytes.empty()) {
    header_text_[header_text_bytes_++] = bytes.front();
    bytes.remove_prefix(1);
    if (header_text_bytes_ < 2) continue;
    if (header_text_bytes_ == frame_header_bytes(static_cast<std::uint8_t>(header_text_[1]))) {
      header_ = decode_frame_header({header_text_.data(), header_text_bytes_});
      header_text_bytes_ = 0;
      return true;
    }
  }
  return false;
}

// Null if it is legal. RFC 6455: 5.1 (a server never masks), 5.2 (reserved bits without an extension, shortest length).
const char* FrameReader::header_violation() const {
  if (header_.masked) return "the server masks its frames (RFC 6455, 5.1)";
  if (header_.reserved_bits != 0) return "a frame has reserved bits set, without an extension (RFC 6455, 5.2)";
  const bool too_long = header_.length_bytes >> 63 != 0;
  const bool short_in_two = header_.header_bytes == 4 && header_.length_bytes < two_byte_length;
  const bool short_in_eight = header_.header_bytes == 10 && header_.length_bytes <= 0xffff;
  if (too_long || short_in_two || short_in_eight) return "a frame's length is not in its shortest form (RFC 6455, 5.2)";
  return opcode_violation();
}

// 5.4 and 5.5 (fragments, control frames).
const char* FrameReader::opcode_violation() const {
  const bool small_control = header_.final && header_.length_bytes <= control_.size();
  switch (static_cast<Opcode>(header_.opcode)) {
    case Opcode::continuation:
      return in_message_ ? nullptr : "a frame continues a message that has not begun (RFC 6455, 5.4)";
    case Opcode::text:
    case Opcode::binary:
      return in_message_ ? "a message begins inside another (RFC 6455, 5.4)" : nullptr;
    case Opcode::close:
      if (small_control && header_.length_bytes == 1) return "a Close frame has half a code (RFC 6455, 5.5.1)";
      [[fallthrough]];
    case Opcode::ping:
    case Opcode::pong:
      return small_control ? nullptr : "a control frame is fragmented or longer than 125 bytes (RFC 6455, 5.5)";
  }
  return "a frame has an opcode that is not defined (RFC 6455, 5.2)";
}

void FrameReader::read_payload(std::string_view& bytes) {
  const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), payload_left_bytes_));
  if (is_control(header_.opcode)) {
    std::copy_n(bytes.data(), taken, control_.data() + control_bytes_);
    control_bytes_ += taken;
  }
  payload_left_bytes_ -= taken;
  bytes.remove_prefix(taken);
}

FrameNews FrameReader::end_of_frame() {
  in_payload_ = false;
  switch (static_cast<Opcode>(header_.opcode)) {
    case Opcode::close:
      return FrameNews::close;
    case Opcode::ping:
      return FrameNews::ping;
    case Opcode::pong:
      return FrameNews::pong;
    default:
      in_message_ = !header_.final;
      return header_.final ? FrameNews::message : FrameNews::more;
  }
}

}  // namespace heapstorm
