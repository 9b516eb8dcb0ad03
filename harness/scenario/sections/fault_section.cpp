#include <fmt/core.h>

#include <algorithm>

#include "harness/faults/fault_table.h"
#include "harness/scenario/reading/string_rules.h"
#include "harness/scenario/sections/sections.h"

namespace heapstorm::scenario {

namespace {

// Of two keys that exclude each other.
void require_one_of_two(const ObjectReader& object, const std::string& left, const std::string& right) {
  if (!object.is_object() || object.has(left) != object.has(right)) return;
  object.node().error("must have exactly one of the keys \"" + left + "\", \"" + right + "\"");
}

std::vector<std::string_view> keys_of(const FaultTraits& traits) {
  std::vector<std::string_view> keys;
  for (const Parameter& parameter : traits.parameters) keys.push_back(parameter.name);
  return keys;
}

void read_word(const Node& node, const Parameter& parameter, Values& values) {
  const auto index = node.word({parameter.words.begin(), parameter.words.end()});
  if (index) values.set(parameter.name, std::string(parameter.words[*index]));
}

void read_value(const ObjectReader& object, const Parameter& parameter, Values& values) {
  if (parameter.usual) values.set(parameter.name, *parameter.usual);
  const auto node = parameter.is_required ? object.require(parameter.name) : object.find(parameter.name);
  if (!node) return;
  if (parameter.type == Parameter::Type::word) return read_word(*node, parameter, values);
  if (parameter.type == Parameter::Type::block_tag) {
    if (auto text = node->string(block_tag)) values.set(parameter.name, std::move(*text));
  } else if (const auto number = node->integer({parameter.min, parameter.max})) {
    values.set(parameter.name, *number);
  }
}

Fault read_fault(const FaultKind& kind, const Node& node, std::optional<Arrival> arrival, const TargetSpec& target) {
  const FaultTraits& traits = kind.traits();
  const ObjectReader object(node, keys_of(traits));
  Fault fault{&kind, {}};
  for (const auto& [left, right] : traits.alternatives) {
    require_one_of_two(object, std::string(left), std::string(right));
  }
  for (const Parameter& parameter : traits.parameters) read_value(object, parameter, fault.values);
  if (fault.values.has("every_opens") && arrival && arrival != Arrival::stepwise) {
    node.member_error("every_opens", "needs arrival \"stepwise\": otherwise opens have no order");
  }
  kind.complete(fault.values);
  // A command's target has no workers that a value could fit; it refuses what needs a plugin as a whole.
  const bool is_refused = target.command && traits.needs_plugin;
  if (const auto mistake = kind.mistake(fault.values, target.workers); mistake && !is_refused) {
    node.member_error(std::string(mistake->key), mistake->message);
  }
  return fault;
}

// The heap has one setting of each, and a process one limit.
void check_single(const Node& element, const std::vector<Fault>& faults) {
  const FaultKind* const kind = faults.back().kind;
  const auto count =
      std::count_if(faults.begin(), faults.end(), [kind](const Fault& fault) { return fault.kind == kind; });
  if (kind->traits().is_single && count > 1) element.error("may be there only once");
}

// What happens to an operation is told by one draw, so all kinds together are not more than all operations.
void check_shares(const Node& element, const std::vector<Fault>& faults) {
  if (faults.back().kind->share_of_operations(faults.back().values) == 0) return;
  double share = 0;
  std::string kinds;
  for (const Fault& fault : faults) {
    const double added = fault.kind->share_of_operations(fault.values);
    if (added > 0) kinds += (kinds.empty() ? "" : " and ") + std::string(fault.kind->traits().name);
    share += added;
  }
  if (share > 1.0) element.error(kinds + " together are more than all operations");
}

}  // namespace

void read_faults(const Node& node, std::optional<Arrival> arrival, const TargetSpec& target,
                 std::vector<Fault>& faults) {
  const auto elements = node.elements();
  if (!elements) return;
  std::vector<std::string_view> names;
  for (const FaultKind* kind : fault_kinds()) names.push_back(kind->traits().name);
  for (const Node& element : *elements) {
    const auto choice = read_choice(element, names);
    if (!choice) continue;
    faults.push_back(read_fault(*fault_kinds()[choice->index], choice->content, arrival, target));
    check_single(element, faults);
    check_shares(element, faults);
  }
}

}  // namespace heapstorm::scenario
