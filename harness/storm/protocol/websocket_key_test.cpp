#include "harness/storm/protocol/websocket_key.h"

#include <gtest/gtest.h>

#include <string>

namespace heapstorm {
namespace {

// RFC 6455, section 1.3: the 16 bytes of the key are "the sample nonce".
TEST(WebsocketKey, KeyAndAcceptAreThoseOfTheStandard) {
  const WebsocketKey key = websocket_key(0x7468652073616d70, 0x6c65206e6f6e6365);
  EXPECT_EQ(std::string(key.data(), key.size()), "dGhlIHNhbXBsZSBub25jZQ==");
  const WebsocketAccept accept = websocket_accept(key);
  EXPECT_EQ(std::string(accept.data(), accept.size()), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

}  // namespace
}  // namespace heapstorm
