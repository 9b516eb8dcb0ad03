#include "harness/scenario/names.h"
#include "harness/scenario/sections.h"
#include "harness/scenario/string_rules.h"

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

FindingPattern read_pattern(const Node& node) {
  const ObjectReader object(node, {"kind", "tag", "flavours"});
  FindingPattern pattern;
  object.require("kind");
  object.read_string("kind", finding_kind, pattern.kind);
  object.read_string("tag", block_tag, pattern.tag);
  read_flavours(object, pattern.flavours);
  return pattern;
}

void read_patterns(const ObjectReader& object, std::string_view key, std::vector<FindingPattern>& patterns) {
  const auto node = object.find(key);
  const auto elements = node ? node->elements() : std::nullopt;
  if (!elements) return;
  if (elements->empty()) node->error("must hold at least one finding");
  for (const Node& element : *elements) patterns.push_back(read_pattern(element));
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
