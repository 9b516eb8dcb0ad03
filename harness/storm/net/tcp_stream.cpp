// The Stream that is the socket's own.
#include "harness/storm/net/stream.h"

namespace heapstorm {
namespace {

class TcpStream : public Stream {
 public:
  explicit TcpStream(Socket& socket) : socket_(socket) {}

  int begin() override { return 0; }
  bool has_handshake() const override { return false; }
  bool is_in_handshake() const override { return false; }
  int handshake() override { return 0; }

  int send(std::string_view bytes) override {
    if (trickles_ || !unsent_.empty()) {
      unsent_.append(bytes);
      return flush();
    }
    std::size_t sent = 0;
    const int error = send_some(bytes, sent);
    if (error == 0 && sent < bytes.size()) unsent_.append(bytes.substr(sent));
    return error;
  }

  int flush() override {
    while (!trickles_ && !unsent_.empty()) {
      std::size_t sent = 0;
      if (const int error = send_some(unsent_.left(), sent)) return error;
      if (sent == 0) return 0;
      unsent_.drop(sent);
    }
    return 0;
  }

  void trickle(bool on) override { trickles_ = on; }

  int send_byte() override {
    std::size_t sent = 0;
    const int error = send_some(unsent_.left().substr(0, 1), sent);
    unsent_.drop(sent);
    return error;
  }

  bool has_unsent() const override { return !unsent_.empty(); }

  ssize_t receive(char* buffer, std::size_t size_bytes) override { return socket_.receive(buffer, size_bytes); }

  bool end() override { return false; }

  void clear() override {
    trickles_ = false;
    unsent_.clear();
  }

 private:
  int send_some(std::string_view bytes, std::size_t& sent) {
    const int error = socket_.send(bytes, sent);
    sent_bytes_ += sent;
    return error;
  }

  Socket& socket_;
  Unsent unsent_;
};

}  // namespace

std::unique_ptr<Stream> make_tcp_stream(Socket& socket) {
  return std::make_unique<TcpStream>(socket);
}

}  // namespace heapstorm
