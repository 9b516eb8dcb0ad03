#include "harness/host/testing/client.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/abi/black_box.h"
#include "harness/base/check.h"

namespace heapstorm::host {

namespace {

constexpr timeval read_deadline{20, 0};

}  // namespace

Client::Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  HEAPSTORM_CHECK(socket_ >= 0);
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &read_deadline, sizeof read_deadline);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  HEAPSTORM_CHECK(connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
}

Client::~Client() {
  close(socket_);
}

void Client::send(std::string_view bytes) const {
  HEAPSTORM_CHECK(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()));
}

std::string Client::read_until(std::string_view end) const {
  std::string received;
  while (received.find(end) == std::string::npos) {
    const std::string byte = read(1);
    if (byte.empty()) break;
    received += byte;
  }
  return received;
}

std::string Client::read(std::size_t count) const {
  std::string received(count, '\0');
  const ssize_t bytes = recv(socket_, received.data(), count, MSG_WAITALL);
  received.resize(bytes > 0 ? static_cast<std::size_t>(bytes) : 0);
  return received;
}

bool Client::is_closed_by_peer() const {
  char byte = 0;
  return recv(socket_, &byte, 1, 0) == 0;
}

void Client::reset() {
  const linger hard{1, 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  close(socket_);
  socket_ = -1;
}

std::string handshake_request(std::uint32_t connection) {
  std::string request =
      "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  if (connection != 0) request += HEAPSTORM_CONNECTION_HEADER ": " + std::to_string(connection) + "\r\n";
  return request + "\r\n";
}

std::string text_frame(std::string_view message) {
  constexpr char mask[4] = {1, 2, 3, 4};
  std::string frame = {'\x81', static_cast<char>(0x80 | message.size())};
  frame.append(mask, sizeof mask);
  for (std::size_t index = 0; index < message.size(); ++index) {
    frame += static_cast<char>(message[index] ^ mask[index % sizeof mask]);
  }
  return frame;
}

}  // namespace heapstorm::host
