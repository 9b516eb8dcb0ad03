#include "harness/scenario/reading/range_reader.h"

#include <fmt/core.h>

#include <charconv>

namespace heapstorm::scenario {

namespace {

// All of `text` as a number without sign, space or leading zero.
std::optional<std::uint32_t> whole_number(std::string_view text) {
  std::uint32_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const bool has_leading_zero = text.size() > 1 && text[0] == '0';
  if (text.empty() || stop != end || error != std::errc() || has_leading_zero) return std::nullopt;
  return number;
}

std::optional<Range> range_of(const std::string& text) {
  const auto dots = text.find("..");
  if (dots == std::string::npos) return std::nullopt;
  const auto low = whole_number(std::string_view(text).substr(0, dots));
  const auto high = whole_number(std::string_view(text).substr(dots + 2));
  if (!low || !high) return std::nullopt;
  return Range{*low, *high};
}

void check_range(const Node& node, Bounds bounds, Range range) {
  if (range.low > range.high) node.error(fmt::format("the range {}..{} is empty", range.low, range.high));
  if (range.low < bounds.low) node.error_expected(fmt::format("at least {}", bounds.low));
  if (range.high > bounds.high) node.error_expected(fmt::format("at most {}", bounds.high));
}

}  // namespace

void read_range(const Node& node, Bounds bounds, Range& range) {
  if (node.value().is_number_integer()) {
    if (const auto number = node.integer(bounds)) range = {*number, *number};
    return;
  }
  const auto read = node.value().is_string() ? range_of(node.value().get<std::string>()) : std::nullopt;
  if (!read) return node.error_expected("an integer or a range like \"1..20\"");
  check_range(node, bounds, *read);
  range = *read;
}

}  // namespace heapstorm::scenario
