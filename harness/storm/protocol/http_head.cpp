#include "harness/storm/protocol/http_head.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "harness/storm/violation.h"

namespace heapstorm {
namespace {

constexpr std::size_t max_head_end_bytes = 3;  // LF CR LF, behind the CR of the last line
constexpr std::string_view first_words = "HTTP/1.";
constexpr std::size_t max_quote_bytes = 40;  // of what differs from one connection to the next as little as may be

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
}

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool has_token(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    if (equals_ignoring_case(trim(list.substr(0, comma)), token)) return true;
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return false;
}

bool parse_status_line(std::string_view line, HttpHead& head) {
  if (line.size() < 12 || !line.starts_with(first_words) || line[8] != ' ') return false;
  if (line.size() > 12 && line[12] != ' ') return false;
  const auto [end, error] = std::from_chars(line.data() + 9, line.data() + 12, head.status);
  head.minor_version = line[7] - '0';
  return error == std::errc() && end == line.data() + 12 && head.status >= 100;
}

// A field that may come in several lines is one list.
void append_to_list(std::string& list, std::string_view value) {
  if (!list.empty() && !value.empty()) list.append(", ");
  list.append(value);
}

void parse_connection(std::string_view value, HttpHead& head) {
  head.connection_upgrade |= has_token(value, "upgrade");
  head.connection_close |= has_token(value, "close");
  head.connection_keep_alive |= has_token(value, "keep-alive");
}

// A second, different Content-Length is malformed (RFC 9112, section 6.3).
bool parse_content_length(std::string_view value, HttpHead& head) {
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  if (error != std::errc() || end != value.data() + value.size()) return false;
  if (head.content_length_bytes && *head.content_length_bytes != length) return false;
  head.content_length_bytes = length;
  return true;
}

bool parse_field(std::string_view line, HttpHead& head) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0 || line[colon - 1] == ' ' || line[0] == ' ' || line[0] == '\t') {
    return false;
  }
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trim(line.substr(colon + 1));
  if (equals_ignoring_case(name, "content-length")) return parse_content_length(value, head);
  if (equals_ignoring_case(name, "transfer-encoding")) head.chunked |= has_token(value, "chunked");
  if (equals_ignoring_case(name, "upgrade")) head.upgrades_to_websocket |= has_token(value, "websocket");
  if (equals_ignoring_case(name, "connection")) parse_connection(value, head);
  if (equals_ignoring_case(name, "sec-websocket-protocol")) append_to_list(head.websocket_protocol, value);
  if (equals_ignoring_case(name, "sec-websocket-extensions")) append_to_list(head.websocket_extensions, value);
  if (equals_ignoring_case(name, "sec-websocket-accept") && value.size() == head.websocket_accept.size()) {
    std::copy(value.begin(), value.end(), head.websocket_accept.begin());
  }
  return true;
}

// Takes a line from the front, without its end. Nothing if it has none.
std::optional<std::string_view> take_line(std::string_view& text, bool& bare_line_feed) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  } else {
    bare_line_feed = true;
  }
  return line;
}

bool is_folded(std::string_view text) {
  return text.starts_with(' ') || text.starts_with('\t');
}

// Takes a field, whose further lines begin with white space. `joined` holds it if it has any.
std::optional<std::string_view> take_field(std::string_view& text, std::string& joined, bool& bare_line_feed) {
  const auto line = take_line(text, bare_line_feed);
  if (!line || line->empty() || !is_folded(text)) return line;
  joined = *line;
  while (is_folded(text)) {
    const auto more = take_line(text, bare_line_feed);
    if (!more) return std::nullopt;
    joined.append(" ").append(trim(*more));
  }
  return joined;
}

std::string begin_in_quotes(std::string_view text) {
  return in_quotes(text.substr(0, max_quote_bytes));
}

// Its name, if it has one: values differ.
std::string field_fault(std::string_view line) {
  return "a field of an HTTP head is malformed: " + begin_in_quotes(line.substr(0, line.find(':')));
}

constexpr const char* too_long = "an HTTP head is longer than 256 KiB";

bool begins_as_head(std::string_view text) {
  const std::size_t bytes = std::min(text.size(), first_words.size());
  return text.substr(0, bytes) == first_words.substr(0, bytes);
}

// How many bytes of `text` the head has, up to and including the empty line; 0 if that is not there. Looks at line ends
// from `from` on.
std::size_t head_bytes(std::string_view text, std::size_t from) {
  for (auto at = text.find('\n', from); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    const std::string_view rest = text.substr(at + 1);
    if (rest.starts_with('\n')) return at + 2;
    if (rest.starts_with("\r\n")) return at + 3;
  }
  return 0;
}

}  // namespace

bool equals_ignoring_case(std::string_view left, std::string_view right) {
  return left.size() == right.size() &&
         std::equal(left.begin(), left.end(), right.begin(), [](char a, char b) { return lower(a) == lower(b); });
}

bool is_interim(int status) {
  return status >= 100 && status < 200 && status != 101;
}

std::optional<HttpHead> parse_http_head(std::string_view text, std::string& fault) {
  HttpHead head;
  const std::string_view status_line = take_line(text, head.bare_line_feeds).value_or("");
  if (!parse_status_line(status_line, head)) {
    fault = "the status line of an HTTP response is malformed: " + begin_in_quotes(status_line);
    return std::nullopt;
  }
  std::string joined;
  while (const auto field = take_field(text, joined, head.bare_line_feeds)) {
    if (field->empty() && text.empty()) return head;
    if (parse_field(*field, head)) continue;
    fault = field_fault(*field);
    return std::nullopt;
  }
  fault = "an HTTP head has no end";
  return std::nullopt;
}

bool ends_connection(const HttpHead& head) {
  return head.connection_close || (head.minor_version == 0 && !head.connection_keep_alive);
}

HttpHeadReader::Progress HttpHeadReader::read(std::string_view& bytes, HttpHead& head) {
  if (collected_.empty()) {
    if (const std::size_t size_bytes = head_bytes(bytes, 0)) {
      const std::string_view text = bytes.substr(0, size_bytes);
      bytes.remove_prefix(size_bytes);
      return parse(text, head);
    }
  }
  return collect(bytes, head);
}

HttpHeadReader::Progress HttpHeadReader::collect(std::string_view& bytes, HttpHead& head) {
  const std::size_t old_bytes = collected_.size();
  collected_.append(bytes);
  const std::size_t size_bytes = head_bytes(collected_, old_bytes - std::min(old_bytes, max_head_end_bytes - 1));
  if (size_bytes == 0) {
    bytes.remove_prefix(bytes.size());
    if (!begins_as_head(collected_)) return malformed("no HTTP response: it begins " + begin_in_quotes(collected_));
    return collected_.size() > max_head_bytes ? malformed(too_long) : Progress::more;
  }
  bytes.remove_prefix(size_bytes - old_bytes);
  const Progress progress = parse(std::string_view(collected_).substr(0, size_bytes), head);
  collected_.clear();
  return progress;
}

HttpHeadReader::Progress HttpHeadReader::parse(std::string_view text, HttpHead& head) {
  if (text.size() > max_head_bytes) return malformed(too_long);
  const auto parsed = parse_http_head(text, fault_);
  if (!parsed) return Progress::malformed;
  head = *parsed;
  return Progress::complete;
}

HttpHeadReader::Progress HttpHeadReader::malformed(std::string fault) {
  fault_ = std::move(fault);
  return Progress::malformed;
}

}  // namespace heapstorm
