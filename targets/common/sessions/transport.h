// What goes from session to session as a connection finds out what it is: the socket with the bytes already read from
// it, and the connection that the Service sees. Only session files include this, because it brings Beast with it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <cstddef>
#include <memory>

#include "targets/common/sessions/served_connection.h"
#include "targets/common/sessions/session.h"

namespace heapstorm::target {

inline constexpr std::size_t header_limit_bytes = std::size_t{8} << 10;
inline constexpr std::size_t body_limit_bytes = std::size_t{1} << 20;
inline constexpr std::size_t message_limit_bytes = std::size_t{1} << 20;

// The concrete executor instead of any_io_executor: every socket of a worker has the same one.
using Stream = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

struct Transport {
  Stream stream;
  boost::beast::flat_buffer buffer;
  std::unique_ptr<ServedConnection> connection;
  SessionList* sessions;
};

// Both ignore errors: the peer may be gone already.
inline void finish_sending(Stream& stream) {
  boost::system::error_code ignored;
  stream.shutdown(Stream::shutdown_send, ignored);
}

inline void close(Stream& stream) {
  boost::system::error_code ignored;
  stream.close(ignored);
}

}  // namespace heapstorm::target
