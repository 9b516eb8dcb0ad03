// The reader against damage: each field of a record, boxes that are cut off, random bytes.
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>
#include <functional>

#include "harness/abi/black_box_layout.h"
#include "harness/base/check.h"
#include "harness/base/prng.h"
#include "harness/findings/black_box_reader.h"
#include "harness/findings/owner_heap_findings.h"
#include "harness/findings/testing/box_builder.h"
#include "harness/findings/testing/box_samples.h"

namespace heapstorm {
namespace {

struct DamageCase {
  const char* name;
  std::function<void(heapstorm_box_finding&)> apply;
};

std::vector<DamageCase> damage_cases() {
  return {
      {"kind none", [](auto& r) { r.kind = 0; }},
      {"kind unknown", [](auto& r) { r.kind = HEAPSTORM_KIND_COUNT; }},
      {"count zero", [](auto& r) { r.count = 0; }},
      {"count absurd", [](auto& r) { r.count = 1ull << 60; }},
      {"time absurd", [](auto& r) { r.at_us = 1ull << 62; }},
      {"block size absurd", [](auto& r) { r.block_bytes = 1ull << 60; }},
      {"block count absurd", [](auto& r) { r.block_count = 1ull << 60; }},
      {"tag not there", [](auto& r) { r.tag = 1234; }},
      {"tag beyond the table", [](auto& r) { r.tag = HEAPSTORM_NAMES; }},
      {"block state unknown", [](auto& r) { r.block_state = 0xa2; }},
      {"flags unknown", [](auto& r) { r.flags = 0x80; }},
      {"handoff not there", [](auto& r) { r.handoff = 55; }},
      {"handoff beyond the table", [](auto& r) { r.handoff = 0xffffffff; }},
      {"owner thread not there", [](auto& r) { r.owner.thread = 77; }},
      {"owner thread beyond the table", [](auto& r) { r.owner.thread = 0xffffffff; }},
      {"owner stack not there", [](auto& r) { r.owner.stack = 5000; }},
      {"owner stack beyond the depot", [](auto& r) { r.owner.stack = 0xffffffff; }},
      {"owner action unknown", [](auto& r) { r.owner.action = 0xff000000; }},
      {"owner text not there", [](auto& r) { r.owner.text = 999; }},
      {"freed thread not there", [](auto& r) { r.freed.thread = 77; }},
      {"offender thread not there", [](auto& r) { r.offender.thread = 77; }},
      {"offender stack not there", [](auto& r) { r.offender.stack = 5000; }},
  };
}

Symbolizer no_symbolizer() {
  return Symbolizer({.program = "/nonexistent/symbolizer", .tree_prefix = ""});
}

TEST(BoxDamage, ARecordThatMakesSenseIsNotDamaged) {
  BoxBuilder builder;
  builder.finding(builder.foreign_free());
  const auto findings = BlackBoxReader(builder.bytes()).findings();
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_FALSE(findings[0].damaged()) << findings[0].damage[0];
}

TEST(BoxDamage, EveryStateOfABlockMakesSense) {
  for (const std::uint32_t state : {HEAPSTORM_BLOCK_LIVE, HEAPSTORM_BLOCK_FREEING, HEAPSTORM_BLOCK_TAKEN,
                                    HEAPSTORM_BLOCK_QUARANTINED, HEAPSTORM_BLOCK_FREED, HEAPSTORM_BLOCK_MOVED}) {
    BoxBuilder builder;
    heapstorm_box_finding record = builder.foreign_free();
    record.block_state = state;
    builder.finding(record);
    EXPECT_FALSE(BlackBoxReader(builder.bytes()).findings().at(0).damaged()) << state;
  }
}

TEST(BoxDamage, EveryFieldThatMakesNoSenseIsNotedAndTheFindingKept) {
  for (const DamageCase& damage : damage_cases()) {
    BoxBuilder builder;
    heapstorm_box_finding record = builder.foreign_free();
    damage.apply(record);
    builder.finding(record);
    const BlackBoxReader box(builder.bytes());
    const auto raw = box.findings();
    ASSERT_EQ(raw.size(), 1u) << damage.name;
    EXPECT_EQ(raw[0].damage.size(), 1u) << damage.name;
    Symbolizer symbolizer = no_symbolizer();
    const auto findings = owner_heap_findings(box, symbolizer);
    ASSERT_EQ(findings.size(), 1u) << damage.name;
    EXPECT_TRUE(findings[0].damaged) << damage.name;
  }
}

TEST(BoxDamage, AnOverwrittenStateIsDamageAndAnEmptyOneIsNot) {
  BoxBuilder builder;
  const std::uint32_t index = builder.finding(builder.foreign_free());
  auto* record = builder.entry<heapstorm_box_finding>(HEAPSTORM_SECTION_FINDINGS, index);
  record->state = 0x41414141;
  EXPECT_TRUE(BlackBoxReader(builder.bytes()).findings().at(0).damaged());
  record->state = HEAPSTORM_FINDING_EMPTY;
  EXPECT_TRUE(BlackBoxReader(builder.bytes()).findings().empty());
}

TEST(BoxDamage, AFindingSurvivesAnOverwrittenCounter) {
  BoxBuilder builder;
  builder.finding(builder.foreign_free());
  builder.control().next_finding = 0;
  const auto findings = BlackBoxReader(builder.bytes()).findings();
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_TRUE(findings[0].damaged());
}

TEST(BoxDamage, TheHeaderIsCheckedAndOurOwnLayoutWins) {
  const std::vector<std::function<void(heapstorm_box_header&)>> cases = {
      [](auto& h) { h.magic ^= 1; },
      [](auto& h) { ++h.version; },
      [](auto& h) { h.header_bytes = 8; },
      [](auto& h) { h.sections[HEAPSTORM_SECTION_FINDINGS].offset = 1ull << 40; },
      [](auto& h) { h.sections[HEAPSTORM_SECTION_NAMES].bytes = 0; },
      [](auto& h) { h.box_bytes = 0; },
      [](auto& h) { h.box_bytes = ~0ull; },
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    BoxBuilder builder;
    builder.finding(builder.foreign_free());
    cases[i](builder.header());
    const BlackBoxReader box(builder.bytes());
    EXPECT_FALSE(box.damage().empty()) << i;
    ASSERT_EQ(box.findings().size(), 1u) << i;
    EXPECT_FALSE(box.findings()[0].damaged()) << i;
  }
}

// Everything that a reader can be asked. Returns something that depends on all of it.
std::uint64_t read_everything(std::span<const std::byte> bytes) {
  const BlackBoxReader box(bytes);
  Symbolizer symbolizer = no_symbolizer();
  std::uint64_t sum = box.damage().size() + box.control().port + box.modules().size() + box.threads(100).size();
  for (const Finding& finding : owner_heap_findings(box, symbolizer)) sum += finding.summary.size();
  for (const auto& row : box.pairs()) sum += row[0];
  sum += box.events().size() + box.handoffs(2).handoffs.size() + box.handoffs(0xffffffff).handoffs.size();
  sum += box.name(1).value_or("").size() + box.stack(1).value_or(std::vector<std::uint64_t>()).size();
  const std::uint64_t arena = heapstorm_box_bytes(0);
  const std::vector<DataExtent> extents = {{arena, 65536}};
  sum += box.live_blocks(extents, std::chrono::milliseconds(1000)).groups.size();
  return sum;
}

TEST(BoxDamage, ACutOffBoxIsReadAsFarAsItGoes) {
  BoxBuilder builder;
  fill_typical_box(builder);
  std::vector<std::uint64_t> sizes = {0, 4096, 8192, builder.bytes().size()};
  for (int section = 0; section < HEAPSTORM_SECTION_COUNT; ++section) {
    const std::uint64_t offset = builder.offset_of(static_cast<heapstorm_box_section>(section));
    for (const std::uint64_t size : {offset - 4096, offset, offset + 4096}) sizes.push_back(size);
  }
  for (const std::uint64_t size : sizes) {
    const auto view = builder.guarded(size);
    read_everything(view);
    const bool has_findings = size > builder.offset_of(HEAPSTORM_SECTION_FINDINGS);
    EXPECT_EQ(BlackBoxReader(view).findings().empty(), !has_findings) << size;
    EXPECT_EQ(BlackBoxReader(view).damage().empty(), size == builder.bytes().size()) << size;
    builder.unguard();
  }
}

// A copy of a box's start that ends exactly where touching faults.
class GuardedCopy {
 public:
  explicit GuardedCopy(std::span<const std::byte> bytes) : size_(bytes.size()) {
    room_ = (size_ + HEAPSTORM_BOX_PAGE - 1) / HEAPSTORM_BOX_PAGE * HEAPSTORM_BOX_PAGE;
    void* memory =
        ::mmap(nullptr, room_ + HEAPSTORM_BOX_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    HEAPSTORM_CHECK(memory != MAP_FAILED);
    base_ = static_cast<std::byte*>(memory);
    HEAPSTORM_CHECK(::mprotect(base_ + room_, HEAPSTORM_BOX_PAGE, PROT_NONE) == 0);
    std::memcpy(base_ + room_ - size_, bytes.data(), size_);
  }
  GuardedCopy(const GuardedCopy&) = delete;
  GuardedCopy& operator=(const GuardedCopy&) = delete;
  ~GuardedCopy() { ::munmap(base_, room_ + HEAPSTORM_BOX_PAGE); }
  std::span<const std::byte> bytes() const { return {base_ + room_ - size_, size_}; }

 private:
  std::uint64_t size_;
  std::uint64_t room_ = 0;
  std::byte* base_ = nullptr;
};

TEST(BoxDamage, NothingIsReadBehindAViewOfAnySize) {
  BoxBuilder builder;
  fill_typical_box(builder);
  for (std::uint64_t size = 0; size < 4096 + 4096 + 1024; size += 8) {
    const GuardedCopy copy(builder.bytes().first(size));
    EXPECT_TRUE(BlackBoxReader(copy.bytes()).findings().empty());
    read_everything(copy.bytes());
  }
}

// Mutates where something is: a few bytes near the start of a section, or of an arena block.
void mutate(BoxBuilder& builder, Prng& random) {
  const std::uint64_t changes = random.between(1, 24);
  for (std::uint64_t i = 0; i < changes; ++i) {
    const auto section = random.below(HEAPSTORM_SECTION_COUNT + 1);
    const std::uint64_t start =
        section == HEAPSTORM_SECTION_COUNT ? 0 : builder.offset_of(static_cast<heapstorm_box_section>(section));
    const std::uint64_t offset = start + random.below(1024);
    static constexpr std::byte tempting[] = {std::byte{0}, std::byte{0xff}, std::byte{0x7f}, std::byte{0x80},
                                             std::byte{1}};
    builder.bytes()[offset] = random.below(2) == 0 ? tempting[random.below(5)] : static_cast<std::byte>(random.next());
  }
}

TEST(BoxDamage, ThousandsOfRandomMutationsAreSurvived) {
  BoxBuilder builder;
  Prng random(2024);
  std::uint64_t damaged = 0;
  for (int round = 0; round < 4000; ++round) {
    if (round % 40 == 0) {
      std::memset(&builder.control(), 0, sizeof(heapstorm_box_control));
      builder.control().next_name = builder.control().next_thread = builder.control().next_handoff = 1;
      builder.control().next_stack_word = 1;
      fill_typical_box(builder);
    }
    mutate(builder, random);
    read_everything(builder.bytes());
    for (const RawFinding& finding : BlackBoxReader(builder.bytes()).findings()) damaged += finding.damaged() ? 1 : 0;
  }
  EXPECT_GT(damaged, 1000u);
}

TEST(BoxDamage, ABoxOfRandomBytesIsSurvived) {
  Prng random(7);
  for (int round = 0; round < 20; ++round) {
    std::vector<std::uint64_t> words(1u << 17);
    for (std::uint64_t& word : words) word = random.next();
    read_everything(std::as_bytes(std::span(words)));
  }
}

}  // namespace
}  // namespace heapstorm
