#include "harness/findings/logs/sanitizer_stack.h"

#include <charconv>
#include <cstddef>
#include <cstdint>

#include "harness/base/utf8.h"
#include "harness/findings/symbolizer.h"

namespace heapstorm {
namespace {

constexpr std::size_t max_stacks = 16;
constexpr std::size_t max_frames = 64;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

template <typename T>
std::optional<T> number(std::string_view text, int base) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Takes a trailing "(...)" off `text` and returns what is inside; nothing if there is none.
std::optional<std::string_view> take_parenthesis(std::string_view& text) {
  if (!text.ends_with(')')) return std::nullopt;
  const std::size_t open = text.rfind('(');
  if (open == std::string_view::npos || (open > 0 && text[open - 1] != ' ')) return std::nullopt;
  const std::string_view inside = text.substr(open + 1, text.size() - open - 2);
  text = trimmed(text.substr(0, open));
  return inside;
}

// "(prog+0x12) (BuildId: abc)" at the end.
void take_module(std::string_view& text, Frame& frame) {
  std::string_view rest = text;
  auto inside = take_parenthesis(rest);
  if (inside && inside->starts_with("BuildId:")) inside = take_parenthesis(rest);
  if (!inside) return;
  const std::size_t plus = inside->rfind("+0x");
  if (plus == std::string_view::npos) return;
  const auto offset = number<std::uint64_t>(inside->substr(plus + 3), 16);
  if (!offset) return;
  frame.module = valid_utf8(inside->substr(0, plus));
  frame.offset = *offset;
  text = rest;
}

// Takes ":12" off the end; nothing if the text does not end so.
std::optional<std::uint32_t> take_number(std::string_view& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto value = number<std::uint32_t>(text.substr(colon + 1), 10);
  if (value) text = text.substr(0, colon);
  return value;
}

// "f(int) a.cpp:3:5", "f(int) a.cpp:3", "f(int) <null>", "f(int)".
void take_function_and_file(std::string_view text, Frame& frame) {
  const std::size_t space = text.rfind(' ');
  std::string_view last = space == std::string_view::npos ? text : text.substr(space + 1);
  const auto second = take_number(last);
  const auto first = second ? take_number(last) : std::nullopt;
  const bool has_file = second || last == "<null>";
  if (second) {
    frame.line = first.value_or(*second);
    frame.file = normal_file_name(valid_utf8(last));
  }
  if (has_file) text = space == std::string_view::npos ? std::string_view() : trimmed(text.substr(0, space));
  frame.function = valid_utf8(text == "<null>" ? std::string_view() : text);
}

// Of a line that is a frame.
std::uint64_t frame_number(std::string_view line) {
  const std::string_view digits = trimmed(line).substr(1);
  return number<std::uint64_t>(digits.substr(0, digits.find(' ')), 10).value_or(0);
}

// TSan remembers only so much of what each thread did.
bool is_lost_stack(std::string_view line) {
  return trimmed(line) == "[failed to restore the stack]";
}

// What stands between two stacks. Another writer's lines may stand between a heading and its stack.
struct Heading {
  std::string_view last;    // the last line that is not empty
  std::string_view likely;  // the last that looks like a heading: "freed by thread T1 here:"

  void look_at(std::string_view line) {
    if (line.empty()) return;
    last = line;
    if (line.ends_with(':') || line.starts_with("READ of size ") || line.starts_with("WRITE of size ")) likely = line;
  }
  std::string_view text() const { return likely.empty() ? last : likely; }
  bool is_interrupted() const { return !likely.empty() && likely != last; }
};

}  // namespace

std::optional<Frame> parse_sanitizer_frame(std::string_view line) {
  std::string_view text = trimmed(line);
  if (text.size() < 2 || text[0] != '#' || text[1] < '0' || text[1] > '9') return std::nullopt;
  text = trimmed(text.substr(std::min(text.find(' '), text.size())));
  Frame frame;
  if (text.starts_with("0x")) {
    const std::string_view address =
        text.substr(2, text.find(' ') == std::string_view::npos ? text.size() : text.find(' ') - 2);
    frame.offset = number<std::uint64_t>(address, 16).value_or(0);
    text = trimmed(text.substr(std::min(2 + address.size(), text.size())));
    if (text.starts_with("in ")) text = trimmed(text.substr(3));
  }
  take_module(text, frame);
  take_function_and_file(text, frame);
  return frame;
}

std::vector<SanitizerStack> parse_sanitizer_stacks(const std::vector<std::string_view>& lines) {
  std::vector<SanitizerStack> stacks;
  Heading heading;
  std::uint64_t expected_number = 0;
  for (const std::string_view line : lines) {
    const auto frame = parse_sanitizer_frame(line);
    if (!frame && is_lost_stack(line) && stacks.size() < max_stacks) {
      stacks.push_back({valid_utf8(heading.text()), {}, heading.is_interrupted()});
      heading = {};
      continue;
    }
    if (!frame) {
      heading.look_at(trimmed(line));
      continue;
    }
    const std::uint64_t number = frame_number(line);
    if (number == 0 || stacks.empty()) {
      if (stacks.size() == max_stacks) break;
      stacks.push_back({valid_utf8(heading.text()), {}, number != 0 || heading.is_interrupted()});
    } else if (number != expected_number || !heading.last.empty()) {
      stacks.back().interrupted = true;
    }
    heading = {};
    expected_number = number + 1;
    if (stacks.back().frames.size() < max_frames) {
      stacks.back().frames.push_back(*frame);
    } else {
      stacks.back().cut_off = true;
    }
  }
  return stacks;
}

}  // namespace heapstorm
