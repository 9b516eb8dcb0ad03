#include "harness/storm/protocol/http_response.h"

#include <algorithm>
#include <utility>

namespace heapstorm {
namespace {

constexpr std::uint32_t max_chunk_size_digits = 15;
constexpr std::uint32_t max_trailer_bytes = 16384;
constexpr int not_a_digit = -1;

int hexadecimal(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
  return not_a_digit;
}

bool has_no_body(int status) {
  return status == 101 || status == 204 || status == 304;
}

// Of what may follow the size of a chunk: white space, an extension, the line's end.
bool may_follow_size(char letter) {
  return letter == ' ' || letter == '\t' || letter == ';' || letter == '\r' || letter == '\n';
}

char take(std::string_view& bytes) {
  const char first = bytes.front();
  bytes.remove_prefix(1);
  return first;
}

}  // namespace

void HttpResponseReader::reset() {
  head_reader_.reset();
  part_ = Part::head;
  begun_ = false;
  bare_line_feeds_ = false;
  bare_chunk_line_feeds_ = false;
}

HttpResponseReader::Progress HttpResponseReader::read(std::string_view& bytes) {
  Progress progress = Progress::more;
  while (progress == Progress::more && !bytes.empty()) {
    switch (part_) {
      case Part::head:
        progress = read_head(bytes);
        break;
      case Part::body:
        progress = read_body(bytes);
        break;
      case Part::body_until_end:
        bytes.remove_prefix(bytes.size());
        break;
      case Part::chunk_size:
        progress = read_chunk_size(bytes);
        break;
      case Part::chunk_line_end:
        progress = read_chunk_line_end(bytes);
        break;
      case Part::chunk_extension:
        progress = skip_chunk_extension(bytes);
        break;
      case Part::chunk_data:
        progress = read_chunk_data(bytes);
        break;
      case Part::chunk_end:
        progress = read_chunk_end(bytes);
        break;
      case Part::trailer:
        progress = read_trailer(bytes);
        break;
    }
  }
  return progress;
}

// Empty lines before a head are skipped: a server that sends one after a body is understood by everybody else, too.
HttpResponseReader::Progress HttpResponseReader::read_head(std::string_view& bytes) {
  if (!begun_) bytes.remove_prefix(std::min(bytes.find_first_not_of("\r\n"), bytes.size()));
  if (bytes.empty()) return Progress::more;
  begun_ = true;
  switch (head_reader_.read(bytes, head_)) {
    case HttpHeadReader::Progress::more:
      return Progress::more;
    case HttpHeadReader::Progress::malformed:
      return malformed(head_reader_.fault());
    case HttpHeadReader::Progress::complete:
      bare_line_feeds_ |= head_.bare_line_feeds;
      return is_interim(head_.status) ? Progress::more : begin_body();
  }
  return Progress::malformed;
}

HttpResponseReader::Progress HttpResponseReader::begin_body() {
  left_bytes_ = 0;
  digits_ = 0;
  trailer_bytes_ = 0;
  if (has_no_body(head_.status)) return complete();
  if (head_.chunked) {
    part_ = Part::chunk_size;
    return Progress::more;
  }
  if (!head_.content_length_bytes) {
    part_ = Part::body_until_end;
    return Progress::more;
  }
  left_bytes_ = *head_.content_length_bytes;
  part_ = Part::body;
  return left_bytes_ == 0 ? complete() : Progress::more;
}

HttpResponseReader::Progress HttpResponseReader::read_body(std::string_view& bytes) {
  return skip(bytes) ? complete() : Progress::more;
}

HttpResponseReader::Progress HttpResponseReader::read_chunk_size(std::string_view& bytes) {
  const int digit = hexadecimal(bytes.front());
  if (digit == not_a_digit) {
    if (digits_ == 0 || !may_follow_size(bytes.front()))
      return malformed("the size of a chunk is no hexadecimal number");
    last_letter_ = 0;
    part_ = Part::chunk_line_end;
    return Progress::more;
  }
  left_bytes_ = left_bytes_ * 16 + static_cast<std::uint64_t>(digit);
  bytes.remove_prefix(1);
  return ++digits_ > max_chunk_size_digits ? malformed("the size of a chunk has more than 15 digits") : Progress::more;
}

// The end of a line without an extension does not count towards their bound: a response may have any number of chunks.
HttpResponseReader::Progress HttpResponseReader::read_chunk_line_end(std::string_view& bytes) {
  const char letter = bytes.front();
  if (letter != '\n' && (letter != '\r' || last_letter_ != 0)) {
    part_ = Part::chunk_extension;
    return Progress::more;
  }
  bytes.remove_prefix(1);
  if (letter == '\n') return end_chunk_line();
  last_letter_ = letter;
  return Progress::more;
}

// To the end of the line.
HttpResponseReader::Progress HttpResponseReader::skip_chunk_extension(std::string_view& bytes) {
  if (++trailer_bytes_ > max_trailer_bytes) return malformed("extensions of chunks and trailers exceed 16 KiB");
  const char letter = take(bytes);
  if (letter == '\n') return end_chunk_line();
  last_letter_ = letter;
  return Progress::more;
}

HttpResponseReader::Progress HttpResponseReader::end_chunk_line() {
  bare_chunk_line_feeds_ |= last_letter_ != '\r';
  last_letter_ = 0;
  line_bytes_ = 0;
  part_ = left_bytes_ > 0 ? Part::chunk_data : Part::trailer;
  return Progress::more;
}

HttpResponseReader::Progress HttpResponseReader::read_chunk_data(std::string_view& bytes) {
  if (skip(bytes)) part_ = Part::chunk_end;
  return Progress::more;
}

HttpResponseReader::Progress HttpResponseReader::read_chunk_end(std::string_view& bytes) {
  const char letter = take(bytes);
  if (letter == '\r' && last_letter_ == 0) {
    last_letter_ = letter;
    return Progress::more;
  }
  if (letter != '\n') return malformed("a chunk is longer than its size");
  bare_chunk_line_feeds_ |= last_letter_ != '\r';
  digits_ = 0;
  part_ = Part::chunk_size;
  return Progress::more;
}

HttpResponseReader::Progress HttpResponseReader::read_trailer(std::string_view& bytes) {
  if (++trailer_bytes_ > max_trailer_bytes) return malformed("extensions of chunks and trailers exceed 16 KiB");
  const char letter = take(bytes);
  if (letter != '\n') {
    if (letter != '\r') ++line_bytes_;
    last_letter_ = letter;
    return Progress::more;
  }
  bare_line_feeds_ |= last_letter_ != '\r';
  last_letter_ = 0;
  if (line_bytes_ == 0) return complete();
  line_bytes_ = 0;
  return Progress::more;
}

HttpResponseReader::Progress HttpResponseReader::complete() {
  part_ = Part::head;
  begun_ = false;
  return Progress::complete;
}

HttpResponseReader::Progress HttpResponseReader::malformed(std::string fault) {
  fault_ = std::move(fault);
  return Progress::malformed;
}

// Drops what belongs to the current body or chunk; true when all of it has been dropped.
bool HttpResponseReader::skip(std::string_view& bytes) {
  const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(left_bytes_, bytes.size()));
  bytes.remove_prefix(taken);
  left_bytes_ -= taken;
  return left_bytes_ == 0;
}

}  // namespace heapstorm
