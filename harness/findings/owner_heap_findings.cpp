#include "harness/findings/owner_heap_findings.h"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>

#include "harness/findings/black_box/box_stacks.h"
#include "harness/findings/black_box/violation_summary.h"
#include "harness/findings/fingerprint.h"

namespace heapstorm {
namespace {

constexpr std::size_t max_handoffs_shown = 8;
// Each takes a run of the symboliser, and a damaged box may have thousands.
constexpr int max_referrers_named = 32;

// Of a pointer that no heap gave out. `owner` then is the thread whose stack it lies on.
bool is_of_no_block(const heapstorm_box_finding& record) {
  return record.kind == HEAPSTORM_INVALID_FREE && record.block_address == 0;
}

bool is_same_thread(const Side& left, const Side& right) {
  return left.slot == right.slot && left.generation == right.generation;
}

// It may have been the one who freed the block, too.
void mark_exited_owner(Finding& finding) {
  if (!finding.owner) return;
  finding.owner->exited = true;
  if (finding.freed && is_same_thread(*finding.freed, *finding.owner)) finding.freed->exited = true;
}

// A thread that is given no name has that of its creator, and a worker that of the one whose place it took.
void tell_apart(Finding& finding) {
  constexpr const char* words = "another thread of that name";
  if (!finding.owner || finding.owner->thread.empty()) return;
  for (std::optional<Side>* side : {&finding.freed, &finding.offender}) {
    if (!*side || (*side)->thread != finding.owner->thread || is_same_thread(**side, *finding.owner)) continue;
    std::string& text = (*side)->text;
    text = text.empty() ? words : words + (", " + text);
  }
}

// Turns one box's records into findings; keeps what all records share.
class Converter {
 public:
  Converter(const BlackBoxReader& box, Symbolizer& symbolizer) : box_(box), stacks_(box, symbolizer) {}

  std::vector<Finding> convert(const std::vector<RawFinding>& records) {
    stacks_.prepare(stacks_of(records));
    std::vector<Finding> findings;
    for (const RawFinding& record : records) findings.push_back(finding_of(record));
    return findings;
  }

 private:
  std::vector<HandoffInfo> shown_handoffs(const heapstorm_box_finding& record) const {
    std::vector<HandoffInfo> handoffs = box_.handoffs(record.handoff).handoffs;
    if (handoffs.size() > max_handoffs_shown) handoffs.erase(handoffs.begin(), handoffs.end() - max_handoffs_shown);
    return handoffs;
  }

  std::vector<std::uint32_t> stacks_of(const std::vector<RawFinding>& records) const {
    std::vector<std::uint32_t> stacks;
    for (const RawFinding& raw : records) {
      const heapstorm_box_finding& record = raw.record;
      stacks.insert(stacks.end(), {record.owner.stack, record.freed.stack, record.offender.stack});
      for (const HandoffInfo& handoff : shown_handoffs(record)) stacks.push_back(handoff.stack);
    }
    std::sort(stacks.begin(), stacks.end());
    stacks.erase(std::unique(stacks.begin(), stacks.end()), stacks.end());
    return stacks;
  }

  // `at_ms`: when the finding was made; a thread that exited later had not exited then.
  void fill_thread(Side& side, std::uint32_t id, std::uint64_t at_ms) const {
    const auto thread = box_.thread(id);
    if (!thread) return;
    side.thread = thread->name;
    side.slot = thread->slot;
    side.generation = thread->generation;
    side.exited = thread->exited && thread->death_ms < at_ms;
  }

  std::optional<Side> side_of(const heapstorm_box_side& raw, std::uint64_t at_ms) {
    if (raw.thread == 0 && raw.stack == 0) return std::nullopt;
    Side side;
    fill_thread(side, raw.thread, at_ms);
    side.text = box_.name(raw.text).value_or("");
    fill_work(raw.connection, raw.action, side);
    side.stack = stacks_.frames(raw.stack, side.stack_end);
    return side;
  }

  std::vector<Side> handoffs_of(const heapstorm_box_finding& record, std::uint64_t at_ms) {
    std::vector<Side> sides;
    for (const HandoffInfo& handoff : shown_handoffs(record)) {
      Side side;
      fill_thread(side, handoff.to, at_ms);
      const auto from = box_.thread(handoff.from);
      side.text = fmt::format("from {} at {} ms", from ? from->name : "an unknown thread", handoff.at_ms);
      side.stack = stacks_.frames(handoff.stack, side.stack_end);
      sides.push_back(std::move(side));
    }
    return sides;
  }

  std::optional<Block> block_of(const heapstorm_box_finding& record) const {
    const std::uint64_t address = record.block_address != 0 ? record.block_address : record.address;
    if (address == 0 && record.block_bytes == 0 && record.tag == 0) return std::nullopt;
    if (is_of_no_block(record)) return Block{address, {}, "", 0, "unknown"};
    return Block{address, record.block_bytes, box_.name(record.tag).value_or(""), record.age_ms,
                 block_state_name(record.block_state)};
  }

  // Where a pointer that is not the start of a block lies.
  std::string describe_address(const heapstorm_box_finding& record, const Block& block) {
    if ((record.flags & HEAPSTORM_FINDING_INTERIOR) != 0)
      return fmt::format("a block of {} bytes{} (+ {})", block.size.value_or(0),
                         block.tag.empty() ? "" : " tagged " + block.tag, record.address - record.block_address);
    if (!is_of_no_block(record)) return "";
    if (const auto thread = box_.thread(record.owner.thread)) return "the stack of " + thread->name;
    return addresses_named_++ < max_referrers_named ? stacks_.describe_address(record.address) : "";
  }

  std::string referrer_of(const heapstorm_box_finding& record) {
    if (record.held_at == 0 || addresses_named_++ >= max_referrers_named) return "";
    return stacks_.variable_at(record.held_at);
  }

  Finding finding_of(const RawFinding& raw) {
    const heapstorm_box_finding& record = raw.record;
    Finding finding;
    finding.kind = kind_name(record.kind);
    finding.severity = record.kind == HEAPSTORM_LEAK_AT_THREAD_EXIT ? "warning" : "error";
    finding.count = std::max<std::uint64_t>(record.count, 1);
    finding.at_ms = record.at_us / 1000;
    finding.block = block_of(record);
    if (finding.block) finding.block->lies_in = describe_address(record, *finding.block);
    if (!is_of_no_block(record)) finding.owner = side_of(record.owner, finding.at_ms);
    finding.freed = side_of(record.freed, finding.at_ms);
    finding.offender = side_of(record.offender, finding.at_ms);
    if ((record.flags & HEAPSTORM_FINDING_OWNER_EXITED) != 0) mark_exited_owner(finding);
    tell_apart(finding);
    finding.handoffs = handoffs_of(record, finding.at_ms);
    finding.held_by = referrer_of(record);
    finding.source = "owner_heap";
    finding.damaged = raw.damaged();
    finding.summary = describe_violation(finding, record);
    finding.fingerprint = fingerprint(finding);
    return finding;
  }

  const BlackBoxReader& box_;
  BoxStacks stacks_;
  int addresses_named_ = 0;
};

}  // namespace

std::string action_text(std::uint32_t action) {
  const std::uint32_t index = HEAPSTORM_ACTION_INDEX(action);
  switch (HEAPSTORM_ACTION_KIND(action)) {
    case HEAPSTORM_ACTION_ACCEPT:
      return "accept";
    case HEAPSTORM_ACTION_HANDSHAKE:
      return "handshake";
    case HEAPSTORM_ACTION_REQUEST:
      return index == 0 ? "request" : fmt::format("request {}", index);
    case HEAPSTORM_ACTION_MESSAGE:
      return index == 0 ? "message" : fmt::format("message {}", index);
    case HEAPSTORM_ACTION_CLOSE:
      return "close";
    default:
      return "";
  }
}

void fill_work(std::uint32_t connection, std::uint32_t action, Side& side) {
  side.action = action_text(action);
  if ((connection & HEAPSTORM_CONNECTION_SERVER_SIDE) != 0) {
    const std::string accepted = fmt::format("accepted connection {}", connection & ~HEAPSTORM_CONNECTION_SERVER_SIDE);
    side.text = side.text.empty() ? accepted : accepted + ", " + side.text;
  } else if (connection != 0) {
    side.connection = connection;
  }
}

std::vector<Finding> owner_heap_findings(const BlackBoxReader& box, Symbolizer& symbolizer) {
  return Converter(box, symbolizer).convert(box.findings());
}

}  // namespace heapstorm
