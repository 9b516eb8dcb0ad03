#include "harness/storm/http_head.h"

#include <algorithm>
#include <charconv>

namespace heapstorm {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view head_end = "\r\n\r\n";

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
  if (line.size() < 12 || !line.starts_with("HTTP/1.") || line[8] != ' ') return false;
  if (line.size() > 12 && line[12] != ' ') return false;
  const auto [end, error] = std::from_chars(line.data() + 9, line.data() + 12, head.status);
  return error == std::errc() && end == line.data() + 12 && head.status >= 100;
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
  if (equals_ignoring_case(name, "connection")) head.connection_upgrade |= has_token(value, "upgrade");
  if (equals_ignoring_case(name, "sec-websocket-protocol")) head.websocket_protocol = value;
  if (equals_ignoring_case(name, "sec-websocket-accept") && value.size() == head.websocket_accept.size()) {
    std::copy(value.begin(), value.end(), head.websocket_accept.begin());
  }
  return true;
}

}  // namespace

bool equals_ignoring_case(std::string_view left, std::string_view right) {
  return left.size() == right.size() &&
         std::equal(left.begin(), left.end(), right.begin(), [](char a, char b) { return lower(a) == lower(b); });
}

std::optional<HttpHead> parse_http_head(std::string_view text) {
  HttpHead head;
  bool in_fields = false;
  while (!text.empty()) {
    const auto end = text.find(line_end);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + line_end.size());
    if (line.empty()) return in_fields && text.empty() ? std::optional(head) : std::nullopt;
    if (!(in_fields ? parse_field(line, head) : parse_status_line(line, head))) return std::nullopt;
    in_fields = true;
  }
  return std::nullopt;
}

HttpHeadReader::Progress HttpHeadReader::read(std::string_view& bytes, HttpHead& head) {
  if (collected_.empty()) {
    const auto end = bytes.find(head_end);
    if (end != std::string_view::npos) {
      const std::string_view text = bytes.substr(0, end + head_end.size());
      bytes.remove_prefix(text.size());
      return finish(text, head);
    }
  }
  const std::size_t old_size = collected_.size();
  collected_.append(bytes);
  const auto end = collected_.find(head_end, old_size < 3 ? 0 : old_size - 3);
  if (end == std::string::npos) {
    bytes.remove_prefix(bytes.size());
    return collected_.size() > max_head_bytes ? Progress::malformed : Progress::more;
  }
  collected_.resize(end + head_end.size());
  bytes.remove_prefix(collected_.size() - old_size);
  return finish(collected_, head);
}

HttpHeadReader::Progress HttpHeadReader::finish(std::string_view text, HttpHead& head) {
  const auto parsed = text.size() <= max_head_bytes ? parse_http_head(text) : std::nullopt;
  collected_.clear();
  if (!parsed) return Progress::malformed;
  head = *parsed;
  return Progress::complete;
}

}  // namespace heapstorm
