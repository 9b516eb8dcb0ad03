#include "reports/json/read_finding_json.h"

namespace heapstorm {
namespace {

using namespace report_json;

std::vector<Frame> stack_of(const Value& frames) {
  std::vector<Frame> stack;
  for (const Value frame : elements(frames)) {
    stack.push_back({text(frame, "function"), text(frame, "file"), small_number(frame, "line"), text(frame, "module"),
                     address(frame, "offset")});
  }
  return stack;
}

StackEnd stack_end_of(const std::string& incomplete) {
  return incomplete == "left_out" ? StackEnd::left_out : StackEnd::lost;
}

Side side_of(const Value& value) {
  Side side;
  side.thread = text(value, "thread");
  side.slot = small_number(value, "slot");
  side.generation = small_number(value, "generation");
  side.exited = boolean(value, "exited");
  if (!member(value, "connection").is_null()) side.connection = small_number(value, "connection");
  side.action = text(value, "action");
  side.text = text(value, "text");
  side.stack = of(value, "stack", stack_of);
  if (contains(value, "place")) (void)small_number(value, "place");  // it follows from the stack
  if (contains(value, "deed")) side.deed = text(value, "deed");
  if (contains(value, "stack_incomplete")) side.stack_end = stack_end_of(text(value, "stack_incomplete"));
  return side;
}

std::optional<Side> optional_side(const Value& finding, const char* key) {
  if (member(finding, key).is_null()) return std::nullopt;
  return of(finding, key, side_of);
}

Block block_of(const Value& value) {
  Block block;
  block.address = address(value, "address");
  block.state = text(value, "state");
  if (contains(value, "lies_in")) block.lies_in = text(value, "lies_in");
  if (member(value, "size").is_null()) return block;
  block.size = number(value, "size");
  block.tag = text(value, "tag");
  block.age_ms = number(value, "age_ms");
  return block;
}

std::uint64_t moment_of(const Value& first) {
  return number(first, "at_ms");
}

std::vector<Side> handoffs_of(const Value& handoffs) {
  std::vector<Side> sides;
  for (const Value handoff : elements(handoffs)) sides.push_back(side_of(handoff));
  return sides;
}

std::vector<Witness> witnesses_of(const Value& witnesses) {
  std::vector<Witness> read;
  for (const Value witness : elements(witnesses)) read.push_back({text(witness, "source"), text(witness, "kind")});
  return read;
}

}  // namespace

Finding finding_from_json(const Value& value) {
  Finding finding;
  finding.kind = text(value, "kind");
  finding.fingerprint = text(value, "fingerprint");
  finding.severity = text(value, "severity");
  finding.count = number(value, "count");
  finding.at_ms = of(value, "first", moment_of);
  finding.summary = text(value, "summary");
  if (!member(value, "block").is_null()) finding.block = of(value, "block", block_of);
  finding.owner = optional_side(value, "owner");
  finding.freed = optional_side(value, "freed");
  finding.offender = optional_side(value, "offender");
  finding.handoffs = of(value, "handoffs", handoffs_of);
  if (!member(value, "held_by").is_null()) finding.held_by = text(value, "held_by");
  finding.source = text(value, "source");
  finding.expected = boolean(value, "expected");
  finding.damaged = boolean(value, "damaged");
  if (contains(value, "witnesses")) finding.witnesses = of(value, "witnesses", witnesses_of);
  return finding;
}

}  // namespace heapstorm
