#include "harness/storm/websocket_key.h"

#include <algorithm>
#include <bit>
#include <cstddef>

#include "harness/base/check.h"

namespace heapstorm {
namespace {

constexpr std::string_view accept_suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455, section 1.3
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t block_bytes = 64;
constexpr std::size_t length_field_bytes = 8;

using Sha1State = std::array<std::uint32_t, 5>;

template <std::size_t out_size, std::size_t in_size>
std::array<char, out_size> base64(const std::array<std::uint8_t, in_size>& bytes) {
  static_assert(out_size == (in_size + 2) / 3 * 4);
  std::array<char, out_size> text{};
  for (std::size_t in = 0, out = 0; in < in_size; in += 3, out += 4) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) group = group << 8 | (in + i < in_size ? bytes[in + i] : 0U);
    for (std::size_t i = 0; i < 4; ++i) {
      text[out + i] = in + i <= in_size ? alphabet[group >> (18 - 6 * i) & 63] : '=';
    }
  }
  return text;
}

std::uint32_t load_word(const std::uint8_t* bytes) {
  return static_cast<std::uint32_t>(bytes[0]) << 24 | static_cast<std::uint32_t>(bytes[1]) << 16 |
         static_cast<std::uint32_t>(bytes[2]) << 8 | bytes[3];
}

std::array<std::uint32_t, 80> message_schedule(const std::uint8_t* block) {
  std::array<std::uint32_t, 80> words{};
  for (std::size_t i = 0; i < 16; ++i) words[i] = load_word(block + 4 * i);
  for (std::size_t i = 16; i < 80; ++i) {
    words[i] = std::rotl(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
  }
  return words;
}

std::uint32_t round_value(std::size_t round, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  if (round < 20) return ((b & c) | (~b & d)) + 0x5a827999U;
  if (round < 40) return (b ^ c ^ d) + 0x6ed9eba1U;
  if (round < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdcU;
  return (b ^ c ^ d) + 0xca62c1d6U;
}

void add_block(Sha1State& state, const std::uint8_t* block) {
  const auto words = message_schedule(block);
  auto [a, b, c, d, e] = state;
  for (std::size_t round = 0; round < 80; ++round) {
    const std::uint32_t next = std::rotl(a, 5) + round_value(round, b, c, d) + e + words[round];
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  }
  state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d, state[4] + e};
}

}  // namespace

Sha1Digest sha1(std::string_view text) {
  std::array<std::uint8_t, 2 * block_bytes> padded{};
  HEAPSTORM_CHECK(text.size() + 1 + length_field_bytes <= padded.size());
  std::copy(text.begin(), text.end(), padded.begin());
  padded[text.size()] = 0x80;
  const std::size_t total = text.size() + 1 + length_field_bytes <= block_bytes ? block_bytes : 2 * block_bytes;
  const std::size_t bits = text.size() * 8;
  padded[total - 2] = static_cast<std::uint8_t>(bits >> 8);
  padded[total - 1] = static_cast<std::uint8_t>(bits);

  Sha1State state = {0x67452301U, 0xefcdab89U, 0x98badcfeU, 0x10325476U, 0xc3d2e1f0U};
  for (std::size_t at = 0; at < total; at += block_bytes) add_block(state, padded.data() + at);

  Sha1Digest digest{};
  for (std::size_t i = 0; i < digest.size(); ++i)
    digest[i] = static_cast<std::uint8_t>(state[i / 4] >> (24 - 8 * (i % 4)));
  return digest;
}

WebsocketKey websocket_key(std::uint64_t high, std::uint64_t low) {
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<std::uint8_t>(high >> (56 - 8 * i));
    bytes[8 + i] = static_cast<std::uint8_t>(low >> (56 - 8 * i));
  }
  return base64<24>(bytes);
}

WebsocketAccept websocket_accept(const WebsocketKey& key) {
  std::array<char, 24 + accept_suffix.size()> text{};
  std::copy(key.begin(), key.end(), text.begin());
  std::copy(accept_suffix.begin(), accept_suffix.end(), text.begin() + 24);
  return base64<28>(sha1({text.data(), text.size()}));
}

}  // namespace heapstorm
