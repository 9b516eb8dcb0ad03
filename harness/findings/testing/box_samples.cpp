#include "harness/findings/testing/box_samples.h"

#include <string>
#include <vector>

namespace heapstorm {
namespace {

void add_modules(BoxBuilder& builder) {
  builder.module(0x1000, 0x9000, 0x1000, "/none/target");
  builder.module(0x8000, 0xf000, 0x7000, "/none/\xc3\xa9.so");  // over the first one's end
}

std::vector<std::uint64_t> frames(std::uint64_t first, std::size_t count) {
  std::vector<std::uint64_t> frames(count);
  for (std::size_t i = 0; i < count; ++i) frames[i] = first + 0x40 * i;
  return frames;
}

std::uint32_t retired_thread(BoxBuilder& builder, const std::string& name) {
  const std::uint32_t id = builder.thread(name, 3, 2);
  auto* entry = builder.entry<heapstorm_box_thread>(HEAPSTORM_SECTION_THREADS, id);
  entry->state = HEAPSTORM_THREAD_RETIRED;
  entry->death_ms = 5;
  entry->live_blocks_at_exit = 7;
  return id;
}

// The depot's last words: a stack that grew by one frame would leave the section.
std::uint32_t last_stack(BoxBuilder& builder) {
  const std::uint64_t next = builder.control().next_stack_word;
  builder.control().next_stack_word = HEAPSTORM_STACK_WORDS - 3;
  const std::uint32_t id = builder.stack(frames(0x2000, 2));
  builder.control().next_stack_word = next;
  return id;
}

std::uint32_t chain(BoxBuilder& builder, std::uint32_t length) {
  std::uint32_t newest = 0;
  for (std::uint32_t i = 0; i < length; ++i) newest = builder.handoff(newest, 1 + i % 2, 2 - i % 2);
  return newest;
}

heapstorm_box_finding rich_finding(BoxBuilder& builder, std::uint32_t kind) {
  heapstorm_box_finding record = builder.foreign_free();
  record.kind = kind;
  record.tag = builder.name("gr\xc3\xb6\xc3\x9f\x65 \xff \"<b>\"");
  // One full stack is enough: the fuzzer pays for every frame.
  record.owner.stack = builder.stack(frames(0x1100, kind == HEAPSTORM_FOREIGN_FREE ? HEAPSTORM_STACK_FRAMES : 2));
  record.freed = {retired_thread(builder, "worker-\xf0\x9f\x90\x99"),
                  last_stack(builder),
                  HEAPSTORM_CONNECTION_SERVER_SIDE | 9,
                  HEAPSTORM_ACTION(HEAPSTORM_ACTION_CLOSE, 0),
                  4,
                  0};
  record.flags = HEAPSTORM_FINDING_OWNER_EXITED | HEAPSTORM_FINDING_INTERIOR;
  record.block_count = 4;
  record.damaged_at = 45;
  return record;
}

}  // namespace

void fill_typical_box(BoxBuilder& builder) {
  heapstorm_box_finding record = builder.foreign_free();
  add_modules(builder);
  record.handoff = chain(builder, 2);
  for (int i = 0; i < 3; ++i) builder.finding(record);
  for (std::uint32_t i = 0; i < 5; ++i) builder.event(i % 2, 10, HEAPSTORM_EVENT_ACTION, 1);
  for (std::uint64_t i = 0; i < 8; ++i) builder.live_block(i * 256, 100, 1, 1);
}

void fill_rich_box(BoxBuilder& builder) {
  add_modules(builder);
  for (std::uint32_t kind = 1; kind < HEAPSTORM_KIND_COUNT; ++kind) {
    heapstorm_box_finding record = rich_finding(builder, kind);
    if (kind <= HEAPSTORM_FOREIGN_ALLOCATE) record.handoff = chain(builder, 30 * kind);  // also longer than is told
    builder.finding(record);
  }
  for (std::uint32_t i = 0; i < HEAPSTORM_RING_EVENTS + 100; ++i)
    builder.event(wrapped_ring, i / 3, HEAPSTORM_EVENT_FINDING, 2);
  for (std::uint16_t i = 0; i < 16; ++i) builder.live_block(i * 256u, 17u * i, i % 5, i % 4);
}

}  // namespace heapstorm
