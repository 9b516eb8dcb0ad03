#include "harness/scenario/reading/reader.h"

#include <fmt/core.h>

#include <algorithm>

#include "harness/scenario/suggestion.h"

namespace heapstorm::scenario {

using nlohmann::json;

namespace {

// Short enough for one line of a terminal. Invalid UTF-8 can come from a command line.
std::string printable(const json& value) {
  constexpr std::size_t longest = 60;
  std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() <= longest) return text;
  std::size_t cut = longest;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xc0) == 0x80) --cut;  // not inside a character
  return text.substr(0, cut) + "...";
}

std::string description(const json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "an array";
  if (value.is_string()) return "the string " + printable(value);
  return printable(value);
}

bool is_within(const json& value, Bounds bounds) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    return number >= bounds.low && number <= bounds.high;
  }
  const auto number = value.get<std::int64_t>();
  return number >= bounds.low && number <= bounds.high;
}

}  // namespace

void Node::error_expected(const std::string& expected) const {
  error(fmt::format("must be {}, not {}", expected, description(*value_)));
}

std::optional<std::uint32_t> Node::integer(Bounds bounds) const {
  if (!value_->is_number_integer()) {
    error_expected(fmt::format("an integer between {} and {}", bounds.low, bounds.high));
    return std::nullopt;
  }
  if (!is_within(*value_, bounds)) {
    error_expected(fmt::format("between {} and {}", bounds.low, bounds.high));
    return std::nullopt;
  }
  return value_->get<std::uint32_t>();
}

std::optional<std::string> Node::string(const StringRule& rule) const {
  if (value_->is_string() && rule.accepts(value_->get_ref<const std::string&>())) return value_->get<std::string>();
  error_expected(rule.expected);
  return std::nullopt;
}

std::optional<bool> Node::boolean() const {
  if (value_->is_boolean()) return value_->get<bool>();
  error_expected("true or false");
  return std::nullopt;
}

std::optional<std::size_t> Node::word(const std::vector<std::string_view>& words) const {
  const std::string text = value_->is_string() ? value_->get<std::string>() : "";
  const auto match = std::ranges::find(words, text);
  if (match != words.end()) return static_cast<std::size_t>(match - words.begin());
  error(fmt::format("must be {}{}, not {}{}", words.size() > 1 ? "one of " : "", quoted_list(words),
                    description(*value_), suggestion(text, words)));
  return std::nullopt;
}

std::optional<std::vector<Node>> Node::elements() const {
  if (!value_->is_array()) {
    error_expected("an array");
    return std::nullopt;
  }
  std::vector<Node> elements;
  for (std::size_t i = 0; i < value_->size(); ++i) {
    elements.emplace_back((*value_)[i], pointer_to(pointer_, i), *diagnostics_);
  }
  return elements;
}

Node Node::member(const std::string& key) const {
  return Node(value_->at(key), pointer_to(pointer_, key), *diagnostics_);
}

void Node::member_error(const std::string& key, const std::string& message) const {
  const std::string pointer = pointer_to(pointer_, key);
  if (value_->is_object() && value_->contains(key)) return diagnostics_->add_at_key(pointer, message);
  diagnostics_->add(pointer, message);
}

ObjectReader::ObjectReader(Node node, std::vector<std::string_view> keys) : node_(std::move(node)) {
  if (!is_object()) {
    node_.error_expected("an object");
    return;
  }
  for (const auto& [key, value] : node_.value().items()) {
    if (std::ranges::find(keys, std::string_view(key)) != keys.end()) continue;
    node_.member_error(key, fmt::format("unknown key{}", suggestion(key, keys)));
  }
}

std::optional<Node> ObjectReader::find(std::string_view key) const {
  if (!has(key)) return std::nullopt;
  return node_.member(std::string(key));
}

std::optional<Node> ObjectReader::require(std::string_view key) const {
  if (is_object() && !has(key)) node_.member_error(std::string(key), "is missing");
  return find(key);
}

bool ObjectReader::read_integer(std::string_view key, Bounds bounds, std::uint32_t& out) const {
  const auto node = find(key);
  const auto value = node ? node->integer(bounds) : std::nullopt;
  if (value) out = *value;
  return value.has_value();
}

bool ObjectReader::read_integer(std::string_view key, Bounds bounds, std::optional<std::uint32_t>& out) const {
  std::uint32_t value = 0;
  if (!read_integer(key, bounds, value)) return false;
  out = value;
  return true;
}

bool ObjectReader::read_string(std::string_view key, const StringRule& rule, std::string& out) const {
  const auto node = find(key);
  auto value = node ? node->string(rule) : std::nullopt;
  if (value) out = std::move(*value);
  return value.has_value();
}

bool ObjectReader::read_boolean(std::string_view key, bool& out) const {
  const auto node = find(key);
  const auto value = node ? node->boolean() : std::nullopt;
  if (value) out = *value;
  return value.has_value();
}

std::optional<Choice> read_choice(const Node& node, const std::vector<std::string_view>& names) {
  const ObjectReader object(node, names);
  if (!object.is_object()) return std::nullopt;
  std::optional<Choice> choice;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (auto content = object.find(names[i])) choice = Choice{i, std::move(*content)};
  }
  if (node.value().size() == 1) return choice;  // or nothing, and the unknown key is noted
  node.error("must have exactly one of the keys " + quoted_list(names));
  return std::nullopt;
}

}  // namespace heapstorm::scenario
