#include "harness/storm/protocol/status_line.h"

#include <algorithm>
#include <charconv>

namespace heapstorm {
namespace {

constexpr std::string_view http = "HTTP/1.";
constexpr std::size_t status_at = 9;

}  // namespace

std::optional<Answer> StatusLine::read(std::string_view bytes) {
  const std::size_t taken = std::min(bytes.size(), text_.size() - size_bytes_);
  std::copy_n(bytes.data(), taken, text_.data() + size_bytes_);
  size_bytes_ += taken;
  const std::size_t compared = std::min(size_bytes_, http.size());
  if (std::string_view(text_.data(), compared) != http.substr(0, compared)) return Answer{Answer::Kind::bytes};
  if (size_bytes_ < text_.size()) return std::nullopt;
  int status = 0;
  const auto [end, error] = std::from_chars(text_.data() + status_at, text_.data() + text_.size(), status);
  const bool is_status = error == std::errc() && end == text_.data() + text_.size() && status >= 100;
  return is_status ? Answer{Answer::Kind::http_status, status} : Answer{Answer::Kind::bytes};
}

}  // namespace heapstorm
