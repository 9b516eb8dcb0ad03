#include "harness/storm/net/stream.h"

#include <utility>

namespace heapstorm {

std::uint64_t Stream::take_sent_bytes() {
  return std::exchange(sent_bytes_, 0);
}

void Unsent::drop(std::size_t size_bytes) {
  at_ += size_bytes;
  if (empty()) clear();
}

void Unsent::clear() {
  bytes_.clear();
  at_ = 0;
}

std::unique_ptr<Stream> make_stream(Socket& socket, const TlsContext* tls) {
  return tls == nullptr ? make_tcp_stream(socket) : make_tls_stream(socket, *tls);
}

}  // namespace heapstorm
