// The key that a WebSocket client sends and the accept value that proves that the server read it (RFC 6455,
// section 4.1).
#pragma once

#include <array>
#include <cstdint>

namespace heapstorm {

using WebsocketKey = std::array<char, 24>;     // base64 of 16 bytes
using WebsocketAccept = std::array<char, 28>;  // base64 of a SHA-1

// The key made of these 16 bytes, `high` first.
WebsocketKey websocket_key(std::uint64_t high, std::uint64_t low);

// What a server must answer to `key`.
WebsocketAccept websocket_accept(const WebsocketKey& key);

// The first SHA-1 of a process takes OpenSSL milliseconds. To be called before anything is measured; any number of
// times.
void prepare_websocket_accept();

}  // namespace heapstorm
