#include "harness/findings/testing/box_builder.h"

#include <sys/mman.h>

#include <algorithm>

#include "harness/abi/black_box_layout.h"
#include "harness/base/check.h"

namespace heapstorm {

BoxBuilder::BoxBuilder() {
  size_ = heapstorm_box_layout(arena_bytes, sections_);
  // Touching what lies beside the box faults.
  const std::uint64_t room = size_ + 2 * HEAPSTORM_BOX_PAGE;
  void* memory = ::mmap(nullptr, room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  HEAPSTORM_CHECK(memory != MAP_FAILED);
  base_ = static_cast<std::byte*>(memory) + HEAPSTORM_BOX_PAGE;
  HEAPSTORM_CHECK(::mprotect(base_, size_, PROT_READ | PROT_WRITE) == 0);
  header().magic = HEAPSTORM_BOX_MAGIC;
  header().version = HEAPSTORM_BOX_VERSION;
  header().header_bytes = sizeof(heapstorm_box_header);
  header().box_bytes = size_;
  header().mapped_at = mapped_at;
  header().check_key = check_key;
  std::copy(std::begin(sections_), std::end(sections_), header().sections);
  control().next_name = control().next_thread = control().next_handoff = 1;
  control().next_stack_word = 1;
}

BoxBuilder::~BoxBuilder() {
  ::munmap(base_ - HEAPSTORM_BOX_PAGE, size_ + 2 * HEAPSTORM_BOX_PAGE);
}

std::uint32_t BoxBuilder::name(const std::string& text) {
  const std::uint32_t id = control().next_name++;
  auto* entry_at = entry<heapstorm_box_name>(HEAPSTORM_SECTION_NAMES, id);
  std::copy(text.begin(), text.end(), entry_at->text);
  entry_at->length = static_cast<std::uint32_t>(text.size());
  return id;
}

std::uint32_t BoxBuilder::thread(const std::string& text, std::uint32_t slot, std::uint32_t generation) {
  const std::uint32_t id = control().next_thread++;
  auto* entry_at = entry<heapstorm_box_thread>(HEAPSTORM_SECTION_THREADS, id);
  std::copy(text.begin(), text.end(), entry_at->name);
  entry_at->name_length = static_cast<std::uint32_t>(text.size());
  entry_at->slot = slot;
  entry_at->generation = generation;
  entry_at->tid = 1000 + id;
  entry_at->state = HEAPSTORM_THREAD_ALIVE;
  return id;
}

std::uint32_t BoxBuilder::stack(const std::vector<std::uint64_t>& frames) {
  const auto id = static_cast<std::uint32_t>(control().next_stack_word);
  control().next_stack_word += frames.size() + 1;
  *entry<std::uint64_t>(HEAPSTORM_SECTION_STACKS, id) = 0xabcdef00 | frames.size();  // a hash above the length
  std::copy(frames.begin(), frames.end(), entry<std::uint64_t>(HEAPSTORM_SECTION_STACKS, id + 1));
  return id;
}

void BoxBuilder::module(std::uint64_t begin, std::uint64_t end, std::uint64_t load_bias, const std::string& path) {
  auto* entry_at = entry<heapstorm_box_module>(HEAPSTORM_SECTION_MODULES, control().next_module++);
  entry_at->begin = begin;
  entry_at->end = end;
  entry_at->load_bias = load_bias;
  std::copy(path.begin(), path.end(), entry_at->path);
  entry_at->path_length = static_cast<std::uint32_t>(path.size());
}

std::uint32_t BoxBuilder::handoff(std::uint32_t previous, std::uint32_t from, std::uint32_t to) {
  const std::uint32_t id = control().next_handoff++;
  *entry<heapstorm_box_handoff>(HEAPSTORM_SECTION_HANDOFFS, id) = {previous, from, to, 5, 0, 0};
  return id;
}

void BoxBuilder::event(std::uint32_t slot, std::uint64_t at_us, std::uint16_t kind, std::uint32_t thread_id,
                       std::optional<std::uint64_t> value) {
  auto* ring = entry<heapstorm_box_ring>(HEAPSTORM_SECTION_RINGS, slot % HEAPSTORM_RINGS);
  const std::uint64_t number = ring->next++;
  ring->events[number % HEAPSTORM_RING_EVENTS] = {
      at_us, static_cast<std::uint32_t>(number + 1), kind, 0, thread_id, 0, value.value_or(number)};
}

void BoxBuilder::live_block(std::uint64_t offset, std::uint64_t size, std::uint16_t tag, std::uint32_t owner) {
  auto* block = at<heapstorm_block_header>(offset_of(HEAPSTORM_SECTION_ARENA) + offset);
  const std::uint64_t address = mapped_at + offset_of(HEAPSTORM_SECTION_ARENA) + offset + sizeof(*block);
  block->size_and_tag = size << 16 | tag;
  block->owner = owner;
  block->check = heapstorm_block_check(check_key, address, block->size_and_tag, owner);
  block->state = static_cast<std::uint32_t>(HEAPSTORM_BLOCK_LIVE) << 24;
}

std::uint32_t BoxBuilder::finding(heapstorm_box_finding record) {
  const std::uint32_t index = control().next_finding++;
  record.state = HEAPSTORM_FINDING_PUBLISHED;
  *entry<heapstorm_box_finding>(HEAPSTORM_SECTION_FINDINGS, index) = record;
  control().findings += 1;
  return index;
}

heapstorm_box_finding BoxBuilder::foreign_free() {
  heapstorm_box_finding record{};
  record.kind = HEAPSTORM_FOREIGN_FREE;
  record.fingerprint = 77;
  record.count = 3;
  record.at_us = 12345;
  record.address = record.block_address = mapped_at + 0x1000;
  record.block_bytes = 45;
  record.tag = name("date_header");
  record.block_state = HEAPSTORM_BLOCK_LIVE;
  record.age_ms = 9;
  const std::uint32_t first = thread("worker-0", 1);
  const std::uint32_t second = thread("worker-1", 2, 4);
  record.owner = {first, stack({0x1111, 0x2222}), 1, HEAPSTORM_ACTION(HEAPSTORM_ACTION_HANDSHAKE, 0), 3, 0};
  record.offender = {second, stack({0x3333}), 2, HEAPSTORM_ACTION(HEAPSTORM_ACTION_MESSAGE, 3), 12, name("echo")};
  return record;
}

std::span<const std::byte> BoxBuilder::guarded(std::uint64_t size) {
  const std::uint64_t first_page = (size + HEAPSTORM_BOX_PAGE - 1) / HEAPSTORM_BOX_PAGE * HEAPSTORM_BOX_PAGE;
  if (first_page < size_) HEAPSTORM_CHECK(::mprotect(base_ + first_page, size_ - first_page, PROT_NONE) == 0);
  return {base_, size};
}

void BoxBuilder::unguard() {
  HEAPSTORM_CHECK(::mprotect(base_, size_, PROT_READ | PROT_WRITE) == 0);
}

}  // namespace heapstorm
