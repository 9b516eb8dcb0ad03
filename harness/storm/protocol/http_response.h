// Reads whole HTTP/1.1 responses to GET, in any pieces, and drops their bodies: by Content-Length, chunked, or until
// the server closes (RFC 9112, section 6.3).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/storm/protocol/http_head.h"

namespace heapstorm {

class HttpResponseReader {
 public:
  enum class Progress { more, complete, malformed };

  void reset();

  // Consumes bytes from the front up to and including the response's last one. After `complete` it is ready for the
  // next.
  Progress read(std::string_view& bytes);

  // Whether the end of the stream, now, ends a response properly (a body that lasts until the server closes).
  bool ends_with_stream() const { return part_ == Part::body_until_end; }

  // Whether something of a response has come, if only an interim one.
  bool has_begun() const { return begun_; }

  // Of the latest response whose head was complete.
  int status() const { return head_.status; }
  // Whether the server ends the connection after it.
  bool is_last() const { return part_ == Part::body_until_end || ends_connection(head_); }

  // What was malformed. Only after that.
  const std::string& fault() const { return fault_; }
  // Since reset(): whether a line of a head or a trailer ended in LF without CR, and whether one of a chunk did.
  bool bare_line_feeds() const { return bare_line_feeds_; }
  bool bare_chunk_line_feeds() const { return bare_chunk_line_feeds_; }

 private:
  enum class Part {
    head,
    body,
    body_until_end,
    chunk_size,
    chunk_line_end,  // after the size, if there is no extension
    chunk_extension,
    chunk_data,
    chunk_end,
    trailer
  };

  Progress read_head(std::string_view& bytes);
  Progress begin_body();
  Progress read_body(std::string_view& bytes);
  Progress read_chunk_size(std::string_view& bytes);
  Progress read_chunk_line_end(std::string_view& bytes);
  Progress skip_chunk_extension(std::string_view& bytes);
  Progress end_chunk_line();
  Progress read_chunk_data(std::string_view& bytes);
  Progress read_chunk_end(std::string_view& bytes);
  Progress read_trailer(std::string_view& bytes);
  Progress complete();
  Progress malformed(std::string fault);
  bool skip(std::string_view& bytes);

  HttpHeadReader head_reader_;
  HttpHead head_;
  Part part_ = Part::head;
  std::uint64_t left_bytes_ = 0;     // of a body or of a chunk
  std::uint32_t digits_ = 0;         // of a chunk's size
  char last_letter_ = 0;             // of the line so far
  std::uint32_t line_bytes_ = 0;     // of a trailer line
  std::uint32_t trailer_bytes_ = 0;  // of all trailers and extensions of a response; bounded
  bool begun_ = false;
  bool bare_line_feeds_ = false;
  bool bare_chunk_line_feeds_ = false;
  std::string fault_;
};

}  // namespace heapstorm
