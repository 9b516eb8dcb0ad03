// Typed reading of a document: each function returns the value, or notes what is wrong with it and returns nothing, so
// that reading goes on and finds the next mistake. Internal to harness/scenario.
//
//   ObjectReader limits(node, {"time_s", "start_s"});
//   limits.read_integer("time_s", {1, 86400}, out.time_s);
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/scenario/reading/diagnostics.h"

namespace heapstorm::scenario {

// Both ends included.
struct Bounds {
  std::uint32_t low;
  std::uint32_t high;
};

// What a string must look like: a test and its description ("a path that starts with /").
struct StringRule {
  bool (*accepts)(std::string_view);
  const char* expected;
};

// One value of the document. Cheap to copy; the document and the diagnostics must outlive it.
class Node {
 public:
  Node(const nlohmann::json& value, std::string pointer, Diagnostics& diagnostics)
      : value_(&value), pointer_(std::move(pointer)), diagnostics_(&diagnostics) {}

  const nlohmann::json& value() const { return *value_; }
  const std::string& pointer() const { return pointer_; }

  void error(const std::string& message) const { diagnostics_->add(pointer_, message); }
  // "must be EXPECTED, not the string "x""
  void error_expected(const std::string& expected) const;

  std::optional<std::uint32_t> integer(Bounds bounds) const;
  std::optional<std::string> string(const StringRule& rule) const;
  std::optional<bool> boolean() const;
  // The index into `words` of this string.
  std::optional<std::size_t> word(const std::vector<std::string_view>& words) const;
  // Nothing if this is no array.
  std::optional<std::vector<Node>> elements() const;
  Node member(const std::string& key) const;
  // At a member that may not exist: at the member's key, or else at this value.
  void member_error(const std::string& key, const std::string& message) const;

 private:
  const nlohmann::json* value_;
  std::string pointer_;
  Diagnostics* diagnostics_;
};

// An object with a fixed set of keys. Notes every other key at once. If the value is no object, notes that once, and
// every read does nothing.
class ObjectReader {
 public:
  ObjectReader(Node node, std::vector<std::string_view> keys);

  const Node& node() const { return node_; }
  bool is_object() const { return node_.value().is_object(); }
  bool has(std::string_view key) const { return is_object() && node_.value().contains(key); }

  std::optional<Node> find(std::string_view key) const;
  // Notes a missing key.
  std::optional<Node> require(std::string_view key) const;

  // These leave `out` alone when the key is absent or its value wrong, and return whether they set it.
  bool read_integer(std::string_view key, Bounds bounds, std::uint32_t& out) const;
  bool read_integer(std::string_view key, Bounds bounds, std::optional<std::uint32_t>& out) const;
  bool read_string(std::string_view key, const StringRule& rule, std::string& out) const;
  bool read_boolean(std::string_view key, bool& out) const;
  // `names` is in the order of the enumeration's values.
  template <typename Enum, typename Names>
  bool read_enum(std::string_view key, const Names& names, Enum& out) const {
    const auto node = find(key);
    const auto index = node ? node->word({names.begin(), names.end()}) : std::nullopt;
    if (index) out = static_cast<Enum>(*index);
    return index.has_value();
  }

 private:
  Node node_;
};

// An object with exactly one of the keys `names`, such as {"send": {...}}: the index of the name, and what stands under
// it.
struct Choice {
  std::size_t index;
  Node content;
};
std::optional<Choice> read_choice(const Node& node, const std::vector<std::string_view>& names);

}  // namespace heapstorm::scenario
