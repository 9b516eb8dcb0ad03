#include "harness/scenario/reading/names.h"
#include "harness/scenario/reading/string_rules.h"
#include "harness/scenario/sections/sections.h"

namespace heapstorm::scenario {

namespace {

void read_flavours(const ObjectReader& object, std::vector<std::string>& flavours) {
  const auto node = object.find("flavours");
  const auto elements = node ? node->elements() : std::nullopt;
  if (!elements) return;
  if (elements->empty()) node->error("must name at least one flavour, or be left out");
  for (const Node& element : *elements) {
    const auto index = element.word({flavour_names.begin(), flavour_names.end()});
    if (index) flavours.emplace_back(flavour_names[*index]);
  }
}

void read_when(const ObjectReader& object, Showing& when) {
  const auto node = object.find("when");
  const auto index = node ? node->word({showing_names.begin(), showing_names.end()}) : std::nullopt;
  if (index) when = static_cast<Showing>(*index + 1);
}

// Only what is expected has a time at which it shows.
FindingPattern read_pattern(const Node& node, bool expected) {
  std::vector<std::string_view> keys{"kind", "tag", "flavours"};
  if (expected) keys.push_back("when");
  const ObjectReader object(node, keys);
  FindingPattern pattern;
  object.require("kind");
  object.read_string("kind", finding_kind, pattern.kind);
  object.read_string("tag", block_tag, pattern.tag);
  read_flavours(object, pattern.flavours);
  if (expected) read_when(object, pattern.when);
  return pattern;
}

void read_patterns(const ObjectReader& object, std::string_view key, std::vector<FindingPattern>& patterns) {
  const auto node = object.find(key);
  const auto elements = node ? node->elements() : std::nullopt;
  if (!elements) return;
  if (elements->empty()) node->error("must hold at least one finding");
  for (const Node& element : *elements) patterns.push_back(read_pattern(element, key == "findings"));
}

}  // namespace

void read_expect(const Node& node, Expect& expect) {
  const ObjectReader object(node, {"clean", "findings", "allow", "load"});
  if (!object.is_object()) return;
  if (object.has("clean") == object.has("findings")) {
    node.error("must have exactly one of the keys \"clean\", \"findings\"");
  }
  if (object.read_boolean("clean", expect.clean) && !expect.clean) {
    node.member_error("clean", "must be true; to expect findings, list them under \"findings\"");
  }
  read_patterns(object, "findings", expect.findings);
  read_patterns(object, "allow", expect.allow);
  if (object.has("allow") && !object.has("findings")) node.member_error("allow", "needs \"findings\" beside it");
  if (const auto load = object.find("load")) read_load_bounds(*load, expect.load);
}

}  // namespace heapstorm::scenario
