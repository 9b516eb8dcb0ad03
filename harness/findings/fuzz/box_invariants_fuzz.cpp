#include <algorithm>
#include <cstring>
#include <tuple>

#include "harness/abi/black_box_layout.h"
#include "harness/base/check.h"
#include "harness/findings/black_box_reader.h"
#include "harness/findings/fuzz/box_patches_fuzz.h"
#include "harness/findings/fuzz/invariants_fuzz.h"
#include "harness/findings/owner_heap_findings.h"

namespace heapstorm {
namespace {

constexpr std::uint64_t max_arena_bytes = 1ull << 47;
constexpr std::size_t max_handoffs = 64;
constexpr std::size_t max_handoffs_shown = 8;
constexpr std::size_t max_field_bytes = 3 * 256;  // a bad byte becomes three
constexpr std::uint64_t scanned_bytes = 8192;

template <typename T>
T bytes_at(std::span<const std::byte> bytes, std::uint64_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

bool header_is_right(std::span<const std::byte> bytes) {
  if (bytes.size() < sizeof(heapstorm_box_header)) return false;
  const auto header = bytes_at<heapstorm_box_header>(bytes, 0);
  const std::uint64_t arena_bytes = heapstorm_box_arena_bytes(header.box_bytes);
  if (arena_bytes == 0 || arena_bytes > max_arena_bytes || header.box_bytes > bytes.size()) return false;
  heapstorm_box_section_entry sections[HEAPSTORM_SECTION_COUNT];
  heapstorm_box_layout(arena_bytes, sections);
  return header.magic == HEAPSTORM_BOX_MAGIC && header.version == HEAPSTORM_BOX_VERSION &&
         header.header_bytes == sizeof header && std::memcmp(sections, header.sections, sizeof sections) == 0;
}

void check_threads(const BlackBoxReader& box) {
  constexpr std::size_t limit = 1000;
  const std::vector<ThreadInfo> threads = box.threads(limit);
  HEAPSTORM_CHECK(threads.size() <= limit);
  std::uint32_t last = 0;
  for (const ThreadInfo& thread : threads) {
    HEAPSTORM_CHECK(thread.id > last && thread.id < HEAPSTORM_THREADS);
    HEAPSTORM_CHECK(thread.name.size() <= max_field_bytes);
    HEAPSTORM_CHECK(thread.exited || thread.death_ms == 0);
    check_text(thread.name);
    last = thread.id;
  }
}

void check_modules(const BlackBoxReader& box) {
  const std::vector<ModuleInfo> modules = box.modules();
  HEAPSTORM_CHECK(modules.size() <= HEAPSTORM_MODULES);
  for (const ModuleInfo& module : modules) {
    HEAPSTORM_CHECK(module.begin < module.end && !module.path.empty() && module.path.size() <= max_field_bytes);
    check_text(module.path);
  }
}

void check_names(const BlackBoxReader& box) {
  for (const std::uint32_t id : {0u, 1u, 2u, 3u, HEAPSTORM_NAMES - 1, HEAPSTORM_NAMES, 0xffffffffu}) {
    const auto name = box.name(id);
    HEAPSTORM_CHECK(!name || (id < HEAPSTORM_NAMES && name->size() <= max_field_bytes));
    if (name) check_text(*name);
  }
}

void check_stack(const BlackBoxReader& box, std::uint32_t id) {
  const auto stack = box.stack(id);
  HEAPSTORM_CHECK(!stack || (id < HEAPSTORM_STACK_WORDS && stack->size() <= HEAPSTORM_STACK_FRAMES));
  HEAPSTORM_CHECK(!stack || stack->empty() == (id == 0));
}

void check_handoffs(const BlackBoxReader& box, std::uint32_t newest) {
  const HandoffChain chain = box.handoffs(newest);
  HEAPSTORM_CHECK(chain.handoffs.size() <= max_handoffs);
  HEAPSTORM_CHECK(newest != 0 || (chain.handoffs.empty() && !chain.damaged));
  HEAPSTORM_CHECK(newest < HEAPSTORM_HANDOFFS || chain.damaged);
  for (const HandoffInfo& handoff : chain.handoffs) {
    HEAPSTORM_CHECK(handoff.to != 0);
    check_stack(box, handoff.stack);
  }
}

void check_events(const BlackBoxReader& box, std::uint32_t ring) {
  const std::vector<EventInfo> events = box.events(ring);
  HEAPSTORM_CHECK(events.size() <= HEAPSTORM_RING_EVENTS);
  for (std::size_t i = 0; i < events.size(); ++i) {
    HEAPSTORM_CHECK(events[i].ring == ring % HEAPSTORM_RINGS);
    HEAPSTORM_CHECK(events[i].kind != HEAPSTORM_EVENT_NONE && events[i].kind < HEAPSTORM_EVENT_KIND_COUNT);
    HEAPSTORM_CHECK(i == 0 || events[i - 1].at_us <= events[i].at_us);
  }
  if (events.empty()) return;
  const EventWindow window = EventWindow::around(events.back().at_us, 10);
  for (const EventInfo& event : box.events(ring, window)) {
    HEAPSTORM_CHECK(event.at_us >= window.from_us && event.at_us <= window.to_us);
  }
}

void check_live_blocks(const BlackBoxReader& box, std::span<const std::byte> bytes) {
  const std::uint64_t arena = heapstorm_box_bytes(0);
  // The scan reads what the file system calls data, also where the view is shorter.
  const DataExtent extents[] = {{arena, scanned_bytes}, {arena + BoxBuilder::arena_bytes - 256, 4096}};
  const LiveBlocks blocks = box.live_blocks(extents, std::chrono::minutes(1));
  std::uint64_t count = 0;
  for (const LiveBlockGroup& group : blocks.groups) {
    HEAPSTORM_CHECK(group.count > 0 && group.bytes <= group.count * bytes.size());
    check_text(group.tag);
    check_text(group.owner_name);
    count += group.count;
  }
  HEAPSTORM_CHECK(count <= (scanned_bytes + 256) / sizeof(heapstorm_block_header));
}

bool side_makes_sense(const BlackBoxReader& box, const heapstorm_box_side& side) {
  return (side.thread == 0 || box.thread(side.thread)) && box.stack(side.stack) && box.name(side.text) &&
         side.thread < HEAPSTORM_THREADS && side.text < HEAPSTORM_NAMES && side.stack < HEAPSTORM_STACK_WORDS &&
         HEAPSTORM_ACTION_KIND(side.action) <= HEAPSTORM_ACTION_CLOSE;
}

bool record_makes_sense(const BlackBoxReader& box, const heapstorm_box_finding& record) {
  return record.state == HEAPSTORM_FINDING_PUBLISHED && record.kind > HEAPSTORM_KIND_NONE &&
         record.kind < HEAPSTORM_KIND_COUNT && record.count > 0 && record.tag < HEAPSTORM_NAMES &&
         box.name(record.tag) && !box.handoffs(record.handoff).damaged && side_makes_sense(box, record.owner) &&
         side_makes_sense(box, record.freed) && side_makes_sense(box, record.offender);
}

// Every slot that could have been patched: what is published is told, as it is; what is damaged, as damaged.
void check_nothing_is_lost(const std::vector<RawFinding>& findings, std::span<const std::byte> bytes,
                           std::uint32_t reserved) {
  heapstorm_box_section_entry sections[HEAPSTORM_SECTION_COUNT];
  heapstorm_box_layout(BoxBuilder::arena_bytes, sections);
  auto told = findings.begin();
  for (std::uint32_t i = 0; i < HEAPSTORM_FINDINGS; ++i) {
    if (i == max_patched_entries) i = HEAPSTORM_FINDINGS - max_patched_entries;
    const std::uint64_t offset = sections[HEAPSTORM_SECTION_FINDINGS].offset + i * sizeof(heapstorm_box_finding);
    if (bytes.size() < offset + sizeof(heapstorm_box_finding)) break;
    const auto record = bytes_at<heapstorm_box_finding>(bytes, offset);
    const bool published = record.state == HEAPSTORM_FINDING_PUBLISHED;
    if (!published && (record.state == HEAPSTORM_FINDING_EMPTY || i >= reserved)) continue;
    HEAPSTORM_CHECK(told != findings.end() && told->index == i);
    HEAPSTORM_CHECK(std::memcmp(&told->record, &record, sizeof record) == 0);
    ++told;
  }
  HEAPSTORM_CHECK(told == findings.end());
}

void check_findings(const BlackBoxReader& box, std::span<const std::byte> bytes) {
  const std::vector<RawFinding> raw = box.findings();
  check_nothing_is_lost(raw, bytes, box.control().next_finding);
  Symbolizer symbolizer({.program = "/nonexistent/symbolizer", .tree_prefix = ""});
  const std::vector<Finding> findings = owner_heap_findings(box, symbolizer);
  HEAPSTORM_CHECK(findings.size() == raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    HEAPSTORM_CHECK(raw[i].damaged() || record_makes_sense(box, raw[i].record));
    HEAPSTORM_CHECK(findings[i].damaged == raw[i].damaged());
    HEAPSTORM_CHECK(findings[i].damaged || findings[i].kind != "unknown");
    HEAPSTORM_CHECK(findings[i].handoffs.size() <= max_handoffs_shown);
    check_finding(findings[i], HEAPSTORM_STACK_FRAMES);
    check_handoffs(box, raw[i].record.handoff);
    for (const auto* side : {&raw[i].record.owner, &raw[i].record.freed, &raw[i].record.offender}) {
      check_stack(box, side->stack);
    }
  }
}

void check_pairs(const BlackBoxReader& box) {
  static_cast<void>(box.connections());
  const auto pairs = box.pairs();
  HEAPSTORM_CHECK(pairs.size() == HEAPSTORM_PAIR_SIDE && pairs.back().size() == HEAPSTORM_PAIR_SIDE);
}

}  // namespace

void check_box(std::span<const std::byte> bytes, std::uint32_t ring) {
  const BlackBoxReader box(bytes);
  HEAPSTORM_CHECK(box.damage().empty() == header_is_right(bytes));
  check_threads(box);
  check_modules(box);
  check_names(box);
  check_findings(box, bytes);
  for (const std::uint32_t id : {0u, 1u, HEAPSTORM_HANDOFFS - 1, HEAPSTORM_HANDOFFS, 0xffffffffu}) {
    check_handoffs(box, id);
  }
  for (const std::uint32_t id : {0u, 1u, HEAPSTORM_STACK_WORDS - 3, HEAPSTORM_STACK_WORDS - 1, 0xffffffffu}) {
    check_stack(box, id);
  }
  for (std::uint32_t i = 0; i < 2; ++i) check_events(box, ring + i);
  check_live_blocks(box, bytes);
  if (ring % 8 == 0) check_pairs(box);  // nothing in it depends on what it holds
}

}  // namespace heapstorm
