#include "reports/json/read_finding_json.h"

namespace heapstorm {
namespace {

using namespace report_json;

std::vector<Frame> stack_of(const Value& frames) {
  std::vector<Frame> stack;
  for (const Value& frame : frames) {
    stack.push_back({text(frame, "function"), text(frame, "file"), small_number(frame, "line"), text(frame, "module"),
                     address(frame, "offset")});
  }
  return stack;
}

Side side_of(const Value& value) {
  Side side;
  side.thread = text(value, "thread");
  side.slot = small_number(value, "slot");
  side.generation = small_number(value, "generation");
  side.exited = boolean(value, "exited");
  const Value& connection = member(value, "connection");
  if (!connection.is_null()) side.connection = small_number(connection);
  side.action = text(value, "action");
  side.text = text(value, "text");
  side.stack = stack_of(member(value, "stack"));
  return side;
}

std::optional<Side> optional_side(const Value& finding, const char* key) {
  const Value& value = member(finding, key);
  return value.is_null() ? std::nullopt : std::optional(side_of(value));
}

std::optional<Block> optional_block(const Value& finding) {
  const Value& value = member(finding, "block");
  if (value.is_null()) return std::nullopt;
  return Block{address(value, "address"), number(value, "size"), text(value, "tag"), number(value, "age_ms"),
               text(value, "state")};
}

}  // namespace

Finding finding_from_json(const Value& value) {
  Finding finding;
  finding.kind = text(value, "kind");
  finding.fingerprint = text(value, "fingerprint");
  finding.severity = text(value, "severity");
  finding.count = number(value, "count");
  finding.at_ms = number(member(value, "first"), "at_ms");
  finding.summary = text(value, "summary");
  finding.block = optional_block(value);
  finding.owner = optional_side(value, "owner");
  finding.freed = optional_side(value, "freed");
  finding.offender = optional_side(value, "offender");
  for (const Value& handoff : member(value, "handoffs")) finding.handoffs.push_back(side_of(handoff));
  if (const Value& held_by = member(value, "held_by"); !held_by.is_null()) {
    finding.held_by = held_by.get_ref<const std::string&>();
  }
  finding.source = text(value, "source");
  finding.expected = boolean(value, "expected");
  finding.damaged = boolean(value, "damaged");
  if (!value.contains("witnesses")) return finding;
  for (const Value& witness : value["witnesses"]) {
    finding.witnesses.push_back({text(witness, "source"), text(witness, "kind")});
  }
  return finding;
}

}  // namespace heapstorm
