// A small blocking server for the storm's tests: a thread for each connection, raw bytes, and a journal of what it saw.
// It is written apart from the client's code, so that a mistake there is not repeated here; only SHA-1 is shared.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace heapstorm::test {

// The server's end of one connection. Reads and writes have a deadline of 30 s, so that the
// client is the first to lose patience.
class Peer {
 public:
  explicit Peer(int fd) : fd_(fd) {}
  virtual ~Peer() = default;

  // Some bytes; empty when the stream is over: error() then is 0 for FIN, else the errno.
  virtual std::string read_some(std::size_t max_bytes = 4096);
  // Exactly that many, or fewer when the stream is over.
  std::string read_exactly(std::size_t bytes);
  // Up to and including the empty line.
  std::string read_head();
  virtual void write(const std::string& bytes);
  int error() const { return error_; }
  int fd() const { return fd_; }

 protected:
  int error_ = 0;

 private:
  int fd_;
};

// What the server saw, in order, one line each. Safe for use by several threads.
class Journal {
 public:
  void add(const std::string& line);
  std::vector<std::string> lines() const;
  std::size_t count(const std::string& line) const;
  // Position of the first such line; -1 if there is none.
  std::ptrdiff_t find(const std::string& line) const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

class Server {
 public:
  // Serves one connection on its own thread; the socket is closed when it returns.
  using Handler = std::function<void(Peer&, Journal&)>;

  explicit Server(Handler handler);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() { stop(); }

  std::uint16_t port() const { return port_; }
  Journal& journal() { return journal_; }
  // Ends all connections and joins all threads; the journal is complete afterwards.
  void stop();
  // Lets every connection end by itself, at least as many as are given, then as stop(). A client that waits for nothing
  // may be gone before its connection is accepted.
  void finish(std::size_t connections = 0);

 private:
  void accept_loop();
  void serve(int fd);

  Handler handler_;
  Journal journal_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::map<int, bool> open_;  // sockets in use
  std::vector<std::thread> handlers_;
  std::thread acceptor_;
};

// A port on which nothing listens.
std::uint16_t unused_port();

// Value of the header in a request's head; "" if it is not there.
std::string header(const std::string& head, const std::string& name);

// Handlers. Each ends with one line "<number> fin" or "<number> rst", by what the client did; number is "0" without the
// header.
void echo_bytes(Peer& peer, Journal& journal);   // "open", ends
void serve_pages(Peer& peer, Journal& journal);  // "<number> get <path>"
void echo_frames(Peer& peer,
                 Journal& journal);  // "<number> open", "<number> message <text>", "<number> close_frame <code>"

// The parts of which WebSocket handlers are made.
std::string upgrade_response(const std::string& head);
std::string server_frame(int opcode, const std::string& payload);
struct ClientFrame {
  int opcode = -1;  // -1: the stream is over
  bool masked = false;
  std::string payload;
};
ClientFrame read_frame(Peer& peer);
void note_end(Peer& peer, Journal& journal, const std::string& number);
// Ends the connection by RST, when the handler returns.
void reset(Peer& peer);

}  // namespace heapstorm::test
