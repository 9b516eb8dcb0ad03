#include "harness/storm/testing/server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "harness/base/check.h"
#include "harness/storm/protocol/websocket_key.h"

namespace heapstorm::test {
namespace {

int listen_on_any_port(std::uint16_t& port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  HEAPSTORM_CHECK(bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 && listen(fd, 512) == 0);
  HEAPSTORM_CHECK(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port = ntohs(address.sin_port);
  return fd;
}

}  // namespace

std::string Peer::read_some(std::size_t max_bytes) {
  std::string bytes(max_bytes, '\0');
  const ssize_t received = recv(fd_, bytes.data(), bytes.size(), 0);
  error_ = received < 0 ? errno : 0;
  bytes.resize(received > 0 ? static_cast<std::size_t>(received) : 0);
  return bytes;
}

std::string Peer::read_exactly(std::size_t bytes) {
  std::string all;
  while (all.size() < bytes) {
    const std::string some = read_some(bytes - all.size());
    if (some.empty()) break;
    all += some;
  }
  return all;
}

std::string Peer::read_head() {
  std::string head;
  while (!head.ends_with("\r\n\r\n")) {
    const std::string byte = read_some(1);
    if (byte.empty()) return head;
    head += byte;
  }
  return head;
}

void Peer::write(const std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t sent = send(fd_, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    if (sent <= 0) return;
    done += static_cast<std::size_t>(sent);
  }
}

void Journal::add(const std::string& line) {
  const std::lock_guard lock(mutex_);
  lines_.push_back(line);
}

std::vector<std::string> Journal::lines() const {
  const std::lock_guard lock(mutex_);
  return lines_;
}

std::size_t Journal::count(const std::string& line) const {
  const auto all = lines();
  return static_cast<std::size_t>(std::count(all.begin(), all.end(), line));
}

std::ptrdiff_t Journal::find(const std::string& line) const {
  const auto all = lines();
  const auto found = std::find(all.begin(), all.end(), line);
  return found == all.end() ? -1 : found - all.begin();
}

Server::Server(Handler handler) : handler_(std::move(handler)) {
  listener_ = listen_on_any_port(port_);
  acceptor_ = std::thread([this] { accept_loop(); });
}

void Server::accept_loop() {
  while (true) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const timeval deadline{.tv_sec = 30, .tv_usec = 0};  // longer than each wait of a client: see Timeouts
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof(deadline));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &deadline, sizeof(deadline));
    const std::lock_guard lock(mutex_);
    open_[fd] = true;
    handlers_.emplace_back([this, fd] { serve(fd); });
  }
}

void Server::serve(int fd) {
  Peer peer(fd);
  handler_(peer, journal_);
  const std::lock_guard lock(mutex_);
  open_.erase(fd);
  close(fd);
}

void Server::stop() {
  if (!acceptor_.joinable()) return;
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  close(listener_);
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [fd, in_use] : open_) shutdown(fd, SHUT_RDWR);
  }
  for (std::thread& handler : handlers_) handler.join();
}

void Server::finish(std::size_t connections) {
  // A connection that has been left is served to its end; the deadline is for one that hangs.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const std::lock_guard lock(mutex_);
    if (open_.empty() && handlers_.size() >= connections) break;
  }
  stop();
}

std::uint16_t unused_port() {
  std::uint16_t port = 0;
  close(listen_on_any_port(port));
  return port;
}

std::string header(const std::string& head, const std::string& name) {
  const auto begin = head.find("\r\n" + name + ": ");
  if (begin == std::string::npos) return "";
  const auto value = begin + name.size() + 4;
  return head.substr(value, head.find("\r\n", value) - value);
}

void note_end(Peer& peer, Journal& journal, const std::string& number) {
  journal.add(number + (peer.error() == 0 ? " fin" : peer.error() == ECONNRESET ? " rst" : " other"));
}

void reset(Peer& peer) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  setsockopt(peer.fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

void echo_bytes(Peer& peer, Journal& journal) {
  journal.add("open");
  std::string bytes;
  while (!(bytes = peer.read_some()).empty()) peer.write(bytes);
  note_end(peer, journal, "0");
}

void serve_pages(Peer& peer, Journal& journal) {
  std::string number = "0";
  std::string head;
  while ((head = peer.read_head()).ends_with("\r\n\r\n")) {
    number = header(head, "Heapstorm-Connection");
    journal.add(number + " get " + head.substr(4, head.find(' ', 4) - 4));
    peer.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
  }
  note_end(peer, journal, number);
}

std::string upgrade_response(const std::string& head) {
  WebsocketKey key{};
  const std::string text = header(head, "Sec-WebSocket-Key");
  std::copy_n(text.begin(), std::min(text.size(), key.size()), key.begin());
  const WebsocketAccept accept = websocket_accept(key);
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
         std::string(accept.data(), accept.size()) + "\r\n\r\n";
}

std::string server_frame(int opcode, const std::string& payload) {
  HEAPSTORM_CHECK(payload.size() < 126);
  return std::string{static_cast<char>(0x80 | opcode), static_cast<char>(payload.size())} + payload;
}

ClientFrame read_frame(Peer& peer) {
  ClientFrame frame;
  const std::string start = peer.read_exactly(2);
  if (start.size() < 2) return frame;
  std::size_t length = static_cast<std::size_t>(start[1] & 0x7f);
  if (length >= 126) {
    const std::string extended = peer.read_exactly(length == 126 ? 2 : 8);
    length = 0;
    for (const char byte : extended) length = length << 8 | static_cast<unsigned char>(byte);
  }
  frame.masked = (start[1] & 0x80) != 0;
  const std::string mask = frame.masked ? peer.read_exactly(4) : std::string(4, '\0');
  frame.payload = peer.read_exactly(length);
  if (mask.size() < 4 || frame.payload.size() < length) return frame;
  for (std::size_t i = 0; i < length; ++i) frame.payload[i] ^= mask[i % 4];
  frame.opcode = start[0] & 0x0f;
  return frame;
}

void echo_frames(Peer& peer, Journal& journal) {
  const std::string head = peer.read_head();
  if (!head.ends_with("\r\n\r\n")) return note_end(peer, journal, "0");
  const std::string number = header(head, "Heapstorm-Connection");
  journal.add(number + " open");
  peer.write(upgrade_response(head));
  ClientFrame frame;
  while ((frame = read_frame(peer)).opcode >= 0) {
    if (frame.opcode == 8) {
      const int code = static_cast<unsigned char>(frame.payload[0]) << 8 | static_cast<unsigned char>(frame.payload[1]);
      journal.add(number + " close_frame " + std::to_string(code));
      peer.write(server_frame(8, frame.payload));
    } else {
      journal.add(number + " message " + frame.payload);
      peer.write(server_frame(1, frame.payload.substr(0, 100)));
    }
  }
  note_end(peer, journal, number);
}

}  // namespace heapstorm::test
