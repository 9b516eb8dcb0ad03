#include "harness/heap/recorder/violation.h"

#include <cstdlib>

#include "harness/heap/box/modules.h"
#include "harness/heap/recorder/process_heaps.h"
#include "harness/heap/stacks/referrer.h"

namespace heapstorm::heap {
namespace {

heapstorm_box_side side_of_owner(const Block& block) {
  const heapstorm_block_header& header = block.header();
  heapstorm_box_side side{};
  side.thread = load(header.owner);
  side.stack = load(header.stack);
  side.at_ms = load(header.at_ms);
  // The first 8 bytes are mimalloc's once it has the block back.
  if (block.state() != HEAPSTORM_BLOCK_FREED) {
    side.connection = load(header.connection);
    side.action = load(header.action);
  }
  return side;
}

// A thread that is just freeing publishes its side with the state that follows; give it a moment.
heapstorm_box_side side_of_first_free(const ProcessHeaps& shared, const Block& block) {
  for (int spin = 0; spin < 100'000; ++spin) {
    std::uint32_t state = block.state();
    if (state != HEAPSTORM_BLOCK_FREEING && state != HEAPSTORM_BLOCK_TAKEN) break;
  }
  heapstorm_box_side side{};
  side.thread = load(block.header().freed_by);
  if (side.thread == 0) side.thread = block.owner();
  if (shared.format.tail_bytes == 0 || side.thread == 0) return side;
  auto tail_end = reinterpret_cast<std::uint64_t>(block.tail_address()) + sizeof(heapstorm_block_tail);
  bool readable =
      shared.uses_system_backend() || (block.size() <= shared.box.arena_bytes() && shared.box.in_arena(tail_end));
  if (!readable) return side;  // The memory is somebody else's again, and so is what stood for the size.
  heapstorm_block_tail tail = block.read_tail();
  if (tail.stack >= load(shared.box.control().next_stack_word)) return side;  // Overwritten since.
  side.stack = tail.stack;
  side.connection = tail.connection;
  side.action = tail.action;
  side.at_ms = tail.at_ms;
  return side;
}

// A block that its present free has found damaged is in state FREEING, but nobody has freed it before.
bool was_freed_before(const Violation& violation, const Block& block) {
  bool damaged_while_live = violation.kind == HEAPSTORM_OVERFLOW || violation.kind == HEAPSTORM_UNDERFLOW;
  return !block.is_live() && !damaged_while_live;
}

heapstorm_box_side side_of_offender(ThreadState& offender, const Violation& violation) {
  ProcessHeaps& shared = heaps();
  heapstorm_box_side side{};
  side.thread = offender.id;
  side.connection = offender.connection;
  side.action = offender.action;
  side.text = offender.text;
  side.at_ms = shared.box.now_ms();
  if (violation.frame_pointer != 0 && shared.options.stacks) {
    side.stack = offender.stack_cache.capture(violation.frame_pointer, offender.stack, shared.depot);
  }
  return side;
}

heapstorm_box_finding describe(ThreadState& offender, const Violation& violation) {
  ProcessHeaps& shared = heaps();
  heapstorm_box_finding finding{};
  finding.kind = violation.kind;
  finding.count = 1;
  finding.at_us = shared.box.now_us();
  finding.address = violation.address;
  finding.flags = violation.flags;
  finding.damaged_at = static_cast<std::uint32_t>(violation.damaged_at);
  if (violation.offender_known) finding.offender = side_of_offender(offender, violation);
  finding.owner.thread = violation.wanted_owner;
  if (has_retired(finding.owner.thread)) finding.flags |= HEAPSTORM_FINDING_OWNER_EXITED;
  finding.block_bytes = violation.wanted_bytes;
  finding.tag = violation.wanted_tag;
  if (violation.block == nullptr) return finding;
  Block block(violation.block);
  finding.block_address = block.address();
  finding.block_bytes = block.size();
  finding.block_count = 1;
  finding.tag = block.tag();
  finding.block_state = block.state();
  finding.owner = side_of_owner(block);
  if (has_retired(finding.owner.thread)) finding.flags |= HEAPSTORM_FINDING_OWNER_EXITED;
  finding.handoff = load(block.header().handoff);
  if (was_freed_before(violation, block)) finding.freed = side_of_first_free(shared, block);
  finding.age_ms = static_cast<std::uint32_t>(finding.at_us / 1000) - finding.owner.at_ms;
  return finding;
}

std::uint64_t fingerprint_of(const heapstorm_box_finding& finding) {
  std::uint64_t hash = finding.kind;
  for (std::uint64_t part : {std::uint64_t{finding.tag}, std::uint64_t{finding.owner.stack},
                             std::uint64_t{finding.offender.stack}, std::uint64_t{finding.freed.stack}}) {
    hash = (hash ^ part) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 32;
  }
  return hash != 0 ? hash : 1;
}

void count_again(heapstorm_box_finding& record, const heapstorm_box_finding& finding) {
  add(record.count, std::uint64_t{1});
  if (finding.kind != HEAPSTORM_LEAK_AT_THREAD_EXIT) return;
  add(record.block_count, std::uint64_t{1});
  add(record.block_bytes, finding.block_bytes);
}

// The record of a fingerprint, or null. `entry` becomes the place in the index where the fingerprint is or would go;
// null if the index is full.
heapstorm_box_finding* find_record(BlackBox& box, std::uint64_t fingerprint, std::uint32_t*& entry) {
  for (std::uint32_t probe = 0; probe < HEAPSTORM_FINDING_INDEX; ++probe) {
    entry = &box.finding_index()[(fingerprint + probe) % HEAPSTORM_FINDING_INDEX];
    std::uint32_t known = load_acquire(*entry);
    if (known == 0) return nullptr;
    heapstorm_box_finding& record = box.findings()[(known - 1) % HEAPSTORM_FINDINGS];
    if (record.fingerprint == fingerprint) return &record;
  }
  entry = nullptr;
  return nullptr;
}

// Publishes a record that is filled and in the index, and counts it, once. The thread that put it there may be stopped
// before it gets here; a second one with the same violation must not abort, or be killed, before the record is there.
void publish_record(BlackBox& box, heapstorm_box_finding& record) {
  if (load_acquire(record.state) == HEAPSTORM_FINDING_PUBLISHED) return;
  if (replace(record.state, std::uint32_t{HEAPSTORM_FINDING_EMPTY}, std::uint32_t{HEAPSTORM_FINDING_PUBLISHED}))
    add(box.control().findings, std::uint64_t{1});
}

// Fills a record that nobody can see yet, makes it the one of its fingerprint by compare-and-swap, then publishes it
// and only then counts it: whatever a reader finds counted is there in full, whenever the process was killed. Returns
// the record's number, or HEAPSTORM_FINDINGS if the fingerprint had one already or there is no room.
std::uint32_t publish_first(BlackBox& box, heapstorm_box_finding& finding) {
  std::uint32_t mine = HEAPSTORM_FINDINGS;
  while (true) {
    std::uint32_t* entry = nullptr;
    if (heapstorm_box_finding* record = find_record(box, finding.fingerprint, entry)) {
      publish_record(box, *record);
      count_again(*record, finding);
      return HEAPSTORM_FINDINGS;
    }
    if (entry == nullptr) return HEAPSTORM_FINDINGS;
    if (mine == HEAPSTORM_FINDINGS) {
      mine = box.take(box.control().next_finding, HEAPSTORM_FINDINGS);
      if (mine == HEAPSTORM_FINDINGS) return mine;
      if (finding.block_address != 0) {
        finding.held_at = find_referrer(finding.block_address, finding.block_bytes);
      } else if (finding.kind == HEAPSTORM_INVALID_FREE) {
        finding.owner.thread = thread_with_stack(finding.address);  // There is nobody who allocated it.
      }
      box.findings()[mine] = finding;
    }
    if (replace(*entry, 0u, mine + 1)) break;
  }
  publish_record(box, box.findings()[mine]);
  return mine;
}

void count_pair(BlackBox& box, const heapstorm_box_finding& finding) {
  if (finding.kind == HEAPSTORM_INVALID_FREE && finding.block_address == 0) return;  // There is no block.
  if (finding.owner.thread == 0 || finding.owner.thread >= HEAPSTORM_THREADS || finding.offender.thread == 0) return;
  std::uint32_t owner_slot = load(box.threads()[finding.owner.thread].slot) % HEAPSTORM_PAIR_SIDE;
  std::uint32_t offender_slot = load(box.threads()[finding.offender.thread].slot) % HEAPSTORM_PAIR_SIDE;
  if (owner_slot != offender_slot) add(box.pairs()[owner_slot * HEAPSTORM_PAIR_SIDE + offender_slot], 1u);
}

}  // namespace

Violation violation_of(heapstorm_box_kind kind, const Block& block, std::uint64_t frame_pointer) {
  Violation violation;
  violation.kind = kind;
  violation.address = block.address();
  violation.block = block.first();
  violation.frame_pointer = frame_pointer;
  return violation;
}

void report(ThreadState& offender, const Violation& violation) {
  ProcessHeaps& shared = heaps();
  heapstorm_box_finding finding = describe(offender, violation);
  finding.fingerprint = fingerprint_of(finding);
  std::uint32_t number = publish_first(shared.box, finding);
  add(shared.box.control().violations, std::uint64_t{1});
  count_pair(shared.box, finding);
  if (number != HEAPSTORM_FINDINGS) {
    offender.ring.write(HEAPSTORM_EVENT_FINDING, offender.connection, number);
    refresh_modules_for(shared.box, finding);
  }
  if (shared.options.on_violation != nullptr && !offender.reporting && !load(shared.exiting)) {
    offender.reporting = true;
    shared.options.on_violation(&finding, shared.options.user);
    offender.reporting = false;
  }
  if (shared.options.policy == HEAPSTORM_POLICY_ABORT) std::abort();
}

}  // namespace heapstorm::heap
