#include "harness/storm/net/connection.h"

#include <cerrno>

namespace heapstorm {

int Connection::open(const SocketAddress& target, const SocketAddress* source, FirstBytes first_bytes) {
  const int error = socket_.open(target, source, first_bytes);
  return error == 0 ? stream_->begin() : error;
}

int Connection::handshake() {
  const int error = stream_->handshake();
  if (error != EAGAIN) socket_.watch_anew();
  return error;
}

void Connection::close() {
  socket_.close();
  stream_->clear();
}

void Connection::reset() {
  socket_.reset();
  stream_->clear();
}

}  // namespace heapstorm
