#include "harness/storm/protocol/websocket_frames.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace heapstorm {
namespace {

constexpr std::uint32_t mask_key = 0x44332211;

std::string unmasked(const std::string& frame) {
  const FrameHeader header = decode_frame_header(frame);
  std::string payload = frame.substr(header.header_bytes);
  for (std::size_t i = 0; i < payload.size(); ++i) payload[i] ^= static_cast<char>(header.mask_key >> (8 * (i % 4)));
  return payload;
}

std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text.push_back(static_cast<char>(value));
  return text;
}

std::vector<FrameNews> read_all(std::string_view text, std::size_t piece_bytes) {
  FrameReader reader;
  std::vector<FrameNews> all;
  while (!text.empty()) {
    std::string_view piece = text.substr(0, piece_bytes);
    text.remove_prefix(piece.size());
    while (!piece.empty()) {
      const FrameNews news = reader.read(piece);
      if (news != FrameNews::more) all.push_back(news);
      if (news == FrameNews::violation) return all;
    }
  }
  return all;
}

// RFC 6455, section 5.7, a masked "Hello".
TEST(WebsocketFrames, EncodesTheExampleOfTheStandard) {
  std::string out;
  append_frame(out, Opcode::text, "Hello", 0x3d21fa37);
  EXPECT_EQ(out, bytes({0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58}));
}

TEST(WebsocketFrames, EncodedFramesDecodeAtEveryLengthBoundary) {
  for (const std::size_t length : {0, 1, 7, 8, 9, 125, 126, 127, 65535, 65536, 70001}) {
    std::string payload(length, '\0');
    for (std::size_t i = 0; i < length; ++i) payload[i] = static_cast<char>(i * 7);
    std::string out;
    append_frame(out, Opcode::binary, payload, mask_key);
    const FrameHeader header = decode_frame_header(out);
    EXPECT_TRUE(header.final);
    EXPECT_TRUE(header.masked);
    EXPECT_EQ(header.opcode, 2);
    EXPECT_EQ(header.mask_key, mask_key);
    EXPECT_EQ(header.length_bytes, length);
    EXPECT_EQ(header.header_bytes, 6U + (length < 126 ? 0 : length < 65536 ? 2 : 8));
    EXPECT_EQ(unmasked(out), payload) << length;
  }
}

TEST(WebsocketFrames, CloseFrameCarriesTheCode) {
  std::string out;
  append_close_frame(out, 1000, mask_key);
  EXPECT_EQ(decode_frame_header(out).opcode, 8);
  EXPECT_EQ(unmasked(out), bytes({0x03, 0xe8}));
}

TEST(FrameReader, FindsTheSameNewsWhateverTheSplit) {
  const std::string text = bytes({0x81, 1, 'a'})                                    // message
                           + bytes({0x89, 2, 'h', 'i'})                             // ping
                           + bytes({0x01, 1, 'b', 0x8a, 0, 0x00, 0, 0x80, 1, 'c'})  // fragments around a pong
                           + bytes({0x82, 126, 0, 200}) + std::string(200, 'x')     // 16-bit length
                           + bytes({0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0}) + std::string(65536, 'y')  // 64-bit length
                           + bytes({0x81, 0, 0x88, 2, 3, 0xe8});  // empty message, close
  const std::vector<FrameNews> expected = {FrameNews::message, FrameNews::ping,    FrameNews::pong,
                                           FrameNews::message, FrameNews::message, FrameNews::message,
                                           FrameNews::message, FrameNews::close};
  for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{4096}, text.size()}) {
    EXPECT_EQ(read_all(text, piece), expected) << piece;
  }
}

TEST(FrameReader, KeepsThePayloadOfControlFrames) {
  FrameReader reader;
  const std::string text = bytes({0x89, 3, 'a', 'b', 'c', 0x88, 2, 3, 0xe9});
  std::string_view rest = text;
  ASSERT_EQ(reader.read(rest), FrameNews::ping);
  EXPECT_EQ(reader.control_payload(), "abc");
  ASSERT_EQ(reader.read(rest), FrameNews::close);
  EXPECT_EQ(reader.control_payload(), bytes({3, 0xe9}));
}

TEST(FrameReader, RefusesWhatAServerMayNotSend) {
  const std::vector<std::string> violations = {
      bytes({0x81, 0x81, 1, 2, 3, 4, 'a'}),              // masked
      bytes({0xc1, 0}),                                  // reserved bit
      bytes({0x83, 0}),                                  // unknown opcode
      bytes({0x8b, 0}),                                  // unknown control opcode
      bytes({0x80, 0}),                                  // continuation of nothing
      bytes({0x01, 0, 0x81, 0}),                         // a message inside a message
      bytes({0x09, 0}),                                  // fragmented ping
      bytes({0x89, 126, 0, 126}),                        // long ping
      bytes({0x88, 1, 3}),                               // half a close code
      bytes({0x81, 126, 0, 5}),                          // length not in its shortest form
      bytes({0x81, 127, 0, 0, 0, 0, 0, 0, 0xff, 0xff}),  // the same
      bytes({0x81, 127, 0x80, 0, 0, 0, 0, 0, 0, 0}),     // negative length
  };
  for (const std::string& text : violations) {
    const auto news = read_all(text, 1);
    ASSERT_FALSE(news.empty());
    EXPECT_EQ(news.back(), FrameNews::violation);
  }
}

}  // namespace
}  // namespace heapstorm
