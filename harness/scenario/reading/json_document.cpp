#include "harness/scenario/reading/json_document.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "harness/base/printable.h"

namespace heapstorm::scenario {

using nlohmann::json;

namespace {

// More than any scenario needs; bounds the memory that pointers of a hostile file can take.
constexpr std::size_t depth_limit = 64;

// Tells through `position` how far nlohmann's lexer has read, which its SAX events do not say.
class TrackingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  TrackingIterator(const char* position, const char** report) : position_(position), report_(report) {}
  reference operator*() const { return *position_; }
  TrackingIterator& operator++() {
    *report_ = ++position_;
    return *this;
  }
  TrackingIterator operator++(int) {
    TrackingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const TrackingIterator& other) const { return position_ == other.position_; }
  bool operator!=(const TrackingIterator& other) const { return position_ != other.position_; }

 private:
  const char* position_;
  const char** report_;
};

// The line on which the token ends that the lexer has just read. Line numbers only grow, so the text is walked once.
class LineCounter {
 public:
  explicit LineCounter(const std::string& text) : counted_(text.data()), read_(text.data()) {}

  const char** report() { return &read_; }

  std::size_t line() {
    // The last character read is either the token's last one, or (after a number) one character of lookahead, which may
    // be the line's end. No token spans lines, so leaving that character out gives the token's line in both cases.
    const char* end = read_ > counted_ ? read_ - 1 : counted_;
    line_ += static_cast<std::size_t>(std::count(counted_, end, '\n'));
    counted_ = end;
    return line_;
  }

 private:
  const char* counted_;
  const char* read_;
  std::size_t line_ = 1;
};

std::string place_of_byte(const std::string& text, std::size_t byte) {
  const auto at = text.begin() + static_cast<std::ptrdiff_t>(std::min(byte == 0 ? 0 : byte - 1, text.size()));
  const auto line = 1 + std::count(text.begin(), at, '\n');
  const auto line_start = std::find(std::make_reverse_iterator(at), text.rend(), '\n').base();
  return fmt::format("{}:{}", line, at - line_start + 1);
}

// Of "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while ..." the last part: the
// place is in our own words already. Other exceptions have no place.
std::string reason_of(std::string_view what) {
  if (const auto bracket = what.find("] "); bracket != std::string_view::npos) what.remove_prefix(bracket + 2);
  if (!what.starts_with("parse error")) return std::string(what);
  const auto colon = what.find(": ");
  return std::string(colon == std::string_view::npos ? what : what.substr(colon + 2));
}

// Builds the document from SAX events and notes the line of each.
class DocumentBuilder : public json::json_sax_t {
 public:
  explicit DocumentBuilder(const std::string& text) : text_(text), lines_(text) {}

  JsonDocument& document() { return document_; }
  const char** report() { return lines_.report(); }
  const std::string& error() const { return error_; }

  bool null() override { return add(nullptr) != nullptr; }
  bool boolean(bool value) override { return add(value) != nullptr; }
  bool number_integer(number_integer_t value) override { return add(value) != nullptr; }
  bool number_unsigned(number_unsigned_t value) override { return add(value) != nullptr; }
  bool number_float(number_float_t value, const string_t&) override { return add(value) != nullptr; }
  bool string(string_t& value) override { return add(std::move(value)) != nullptr; }
  bool binary(binary_t&) override { return false; }

  bool start_object(std::size_t) override { return open(json::object()); }
  bool start_array(std::size_t) override { return open(json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& value) override;
  bool parse_error(std::size_t byte, const std::string&, const json::exception& exception) override;

 private:
  struct Container {
    json* value;
    std::string pointer;
    std::string key;  // of the member whose value comes next
    std::size_t key_line = 0;
    std::map<std::string, std::size_t> key_lines;
  };

  json* add(json value);
  bool open(json container);
  bool close();
  std::string next_pointer() const;

  const std::string& text_;
  LineCounter lines_;
  JsonDocument document_;
  std::vector<Container> open_;
  std::string error_;  // "3:14: why"
};

bool DocumentBuilder::key(string_t& value) {
  Container& object = open_.back();
  object.key = value;
  object.key_line = lines_.line();
  const auto [first, is_new] = object.key_lines.emplace(value, object.key_line);
  if (!is_new) document_.duplicates.push_back({next_pointer(), object.key_line, first->second});
  return true;
}

bool DocumentBuilder::parse_error(std::size_t byte, const std::string&, const json::exception& exception) {
  error_ = fmt::format("{}: {}", place_of_byte(text_, byte), reason_of(exception.what()));
  return false;
}

std::string DocumentBuilder::next_pointer() const {
  if (open_.empty()) return "";
  const Container& parent = open_.back();
  return parent.value->is_array() ? pointer_to(parent.pointer, parent.value->size())
                                  : pointer_to(parent.pointer, parent.key);
}

json* DocumentBuilder::add(json value) {
  const std::size_t line = lines_.line();
  const bool is_member = !open_.empty() && open_.back().value->is_object();
  document_.places.set(next_pointer(), {is_member ? open_.back().key_line : line, line, ""});
  if (open_.empty()) return &(document_.root = std::move(value));
  json& parent = *open_.back().value;
  if (is_member) return &(parent[open_.back().key] = std::move(value));
  parent.push_back(std::move(value));
  return &parent.back();
}

bool DocumentBuilder::open(json container) {
  if (open_.size() == depth_limit) {
    error_ = fmt::format("{}: nested more than {} levels deep", lines_.line(), depth_limit);
    return false;
  }
  std::string pointer = next_pointer();
  json* value = add(std::move(container));
  open_.push_back({value, std::move(pointer), "", 0, {}});
  return true;
}

bool DocumentBuilder::close() {
  open_.pop_back();
  return true;
}

}  // namespace

void Places::set(const std::string& pointer, Place place) {
  const std::string below = pointer + "/";
  auto entry = places_.lower_bound(below);
  while (entry != places_.end() && entry->first.starts_with(below)) entry = places_.erase(entry);
  places_[pointer] = std::move(place);
}

const Place& Places::find(std::string pointer) const {
  static const Place unknown;
  for (;;) {
    if (const auto entry = places_.find(pointer); entry != places_.end()) return entry->second;
    if (pointer.empty()) return unknown;
    pointer.resize(pointer.rfind('/'));
  }
}

Result<JsonDocument> parse_json(const std::string& text, const std::string& file) {
  DocumentBuilder builder(text);
  const TrackingIterator begin(text.data(), builder.report());
  const TrackingIterator end(text.data() + text.size(), builder.report());
  const bool ok = json::sax_parse(begin, end, &builder, json::input_format_t::json, true, true);
  if (!ok) return Error::bad_input(printable(fmt::format("{}:{}", file, builder.error())));
  return std::move(builder.document());
}

std::string pointer_to(const std::string& pointer, const std::string& key) {
  std::string extended = pointer + "/";
  for (const char character : key) {
    if (character == '~') {
      extended += "~0";
    } else if (character == '/') {
      extended += "~1";
    } else {
      extended += character;
    }
  }
  return extended;
}

std::string pointer_to(const std::string& pointer, std::size_t index) {
  return fmt::format("{}/{}", pointer, index);
}

}  // namespace heapstorm::scenario
