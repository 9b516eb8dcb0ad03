// WebSocket frames as a client writes and reads them (RFC 6455, section 5). Pure functions and a reader that may be fed
// any split of the bytes; no sockets, no allocation but for the caller's output string.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace heapstorm {

enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

constexpr std::uint16_t websocket_close_normal = 1000;

// Appends one final, masked frame.
void append_frame(std::string& out, Opcode opcode, std::string_view payload, std::uint32_t mask_key);

// Appends a Close frame that carries `code` and no reason.
void append_close_frame(std::string& out, std::uint16_t code, std::uint32_t mask_key);

struct FrameHeader {
  bool final = false;
  bool masked = false;
  std::uint8_t reserved_bits = 0;
  std::uint8_t opcode = 0;
  std::uint64_t length_bytes = 0;
  std::size_t header_bytes = 0;
  std::uint32_t mask_key = 0;  // as it lies in memory
};

constexpr std::size_t max_frame_header_bytes = 14;

constexpr bool is_control(std::uint8_t opcode) {
  return opcode >= static_cast<std::uint8_t>(Opcode::close);
}

// How many bytes a frame's header takes, by its first two bytes.
std::size_t frame_header_bytes(std::uint8_t second_byte);

// Decodes a header. `bytes` must hold all frame_header_bytes() of it.
FrameHeader decode_frame_header(std::string_view bytes);

// What a server's frames amount to.
enum class FrameNews {
  more,     // needs more bytes
  message,  // the last frame of a text or binary message ended
  ping,     // control_payload() is what the pong must carry
  pong,
  close,      // control_payload() is code and reason
  violation,  // not what a server may send
};

// Reads a server's frames. Payload of messages is counted and dropped.
class FrameReader {
 public:
  void reset() { *this = FrameReader(); }

  // Consumes bytes from the front up to and including the first news.
  FrameNews read(std::string_view& bytes);

  // Whether a message has begun and is not whole.
  bool is_amid_message() const { return in_message_ || (in_payload_ && !is_control(header_.opcode)); }

  // Of the ping, pong or close just read; valid until the next read().
  std::string_view control_payload() const { return {control_.data(), control_bytes_}; }

  // What the violation just read was.
  const char* violation() const { return violation_; }

 private:
  bool read_header(std::string_view& bytes);
  const char* header_violation() const;
  const char* opcode_violation() const;
  void read_payload(std::string_view& bytes);
  FrameNews end_of_frame();

  std::array<char, max_frame_header_bytes> header_text_{};
  std::size_t header_text_bytes_ = 0;
  FrameHeader header_;
  bool in_payload_ = false;
  bool in_message_ = false;  // after a data frame that was not final
  std::uint64_t payload_left_bytes_ = 0;
  std::array<char, 125> control_{};
  std::size_t control_bytes_ = 0;
  const char* violation_ = nullptr;
};

}  // namespace heapstorm
