#include "harness/storm/websocket_key.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace heapstorm {
namespace {

std::string hexadecimal(const Sha1Digest& digest) {
  std::string text;
  for (const std::uint8_t byte : digest) {
    text.push_back("0123456789abcdef"[byte >> 4]);
    text.push_back("0123456789abcdef"[byte & 15]);
  }
  return text;
}

// FIPS 180-2, appendix A.
TEST(WebsocketKey, Sha1GivesTheDigestsOfTheStandard) {
  EXPECT_EQ(hexadecimal(sha1("")), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(hexadecimal(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hexadecimal(sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
}

// RFC 6455, section 1.3: the 16 bytes of the key are "the sample nonce".
TEST(WebsocketKey, KeyAndAcceptAreThoseOfTheStandard) {
  const WebsocketKey key = websocket_key(0x7468652073616d70, 0x6c65206e6f6e6365);
  EXPECT_EQ(std::string(key.data(), key.size()), "dGhlIHNhbXBsZSBub25jZQ==");
  const WebsocketAccept accept = websocket_accept(key);
  EXPECT_EQ(std::string(accept.data(), accept.size()), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

}  // namespace
}  // namespace heapstorm
