#include "harness/findings/owner_heap_findings.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "harness/findings/black_box/box_stacks.h"
#include "harness/findings/testing/box_builder.h"

namespace heapstorm {
namespace {

void* held_in_a_test;

std::vector<Finding> findings_of(BoxBuilder& builder) {
  Symbolizer symbolizer({.program = "/nonexistent/symbolizer", .tree_prefix = ""});
  return owner_heap_findings(BlackBoxReader(builder.bytes()), symbolizer);
}

Finding only_finding(BoxBuilder& builder, const heapstorm_box_finding& record) {
  builder.finding(record);
  return findings_of(builder).at(0);
}

TEST(OwnerHeapFindings, NamesBothSidesOfAForeignFree) {
  BoxBuilder builder;
  const Finding finding = only_finding(builder, builder.foreign_free());
  EXPECT_EQ(finding.kind, "foreign_free");
  EXPECT_EQ(finding.severity, "error");
  EXPECT_EQ(finding.source, "owner_heap");
  EXPECT_EQ(finding.summary, "block of 45 bytes tagged date_header: allocated by worker-0, freed by worker-1");
  EXPECT_EQ(finding.count, 3u);
  EXPECT_EQ(finding.at_ms, 12u);
  EXPECT_EQ(finding.fingerprint.size(), 16u);
  EXPECT_FALSE(finding.damaged);
  EXPECT_EQ(finding.block, (Block{BoxBuilder::mapped_at + 0x1000, 45, "date_header", 9, "live"}));
  EXPECT_EQ(finding.owner->thread, "worker-0");
  EXPECT_EQ(finding.owner->slot, 1u);
  EXPECT_EQ(finding.owner->connection, 1u);
  EXPECT_EQ(finding.owner->action, "handshake");
  EXPECT_EQ(finding.offender->thread, "worker-1");
  EXPECT_EQ(finding.offender->generation, 4u);
  EXPECT_EQ(finding.offender->action, "message 3");
  EXPECT_EQ(finding.offender->text, "echo");
  EXPECT_FALSE(finding.freed);
}

TEST(OwnerHeapFindings, ASideCountedByTheTargetHasNoConnectionOfThePlan) {
  BoxBuilder builder;
  heapstorm_box_finding record = builder.foreign_free();
  record.owner.connection = 5 | HEAPSTORM_CONNECTION_SERVER_SIDE;
  record.offender.connection = 6 | HEAPSTORM_CONNECTION_SERVER_SIDE;
  const Finding finding = only_finding(builder, record);
  EXPECT_FALSE(finding.owner->connection);
  EXPECT_EQ(finding.owner->text, "accepted connection 5");
  EXPECT_EQ(finding.offender->text, "accepted connection 6, echo");
}

TEST(OwnerHeapFindings, PlacesOfStacksKeepModuleAndOffsetWithoutASymbolizer) {
  BoxBuilder builder;
  builder.module(0x1000, 0x2fff, 0x400, "/opt/target.so");
  const Finding finding = only_finding(builder, builder.foreign_free());
  ASSERT_EQ(finding.owner->stack.size(), 2u);
  EXPECT_EQ(finding.owner->stack[0].module, "/opt/target.so");
  EXPECT_EQ(finding.owner->stack[0].offset, 0x1111u - 0x400u);
  EXPECT_EQ(finding.offender->stack[0].module, "");
  EXPECT_EQ(finding.offender->stack[0].offset, 0x3333u);
}

TEST(OwnerHeapFindings, AnOwnerThatExitedLaterHadNotExited) {
  BoxBuilder builder;
  heapstorm_box_finding record = builder.foreign_free();
  auto* thread = builder.entry<heapstorm_box_thread>(HEAPSTORM_SECTION_THREADS, record.owner.thread);
  thread->state = HEAPSTORM_THREAD_RETIRED;
  thread->death_ms = 5000;
  builder.finding(record);
  EXPECT_FALSE(findings_of(builder)[0].owner->exited);
  thread->death_ms = 1;
  EXPECT_TRUE(findings_of(builder)[0].owner->exited);
}

TEST(OwnerHeapFindings, AnOwnerThatTheHeapSawExitedHadExited) {
  BoxBuilder builder;
  heapstorm_box_finding record = builder.foreign_free();
  record.kind = HEAPSTORM_OWNER_EXITED_FREE;
  record.flags = HEAPSTORM_FINDING_OWNER_EXITED;
  const Finding finding = only_finding(builder, record);
  EXPECT_TRUE(finding.owner->exited);
  EXPECT_EQ(finding.summary,
            "block of 45 bytes tagged date_header: allocated by worker-0, which has exited, freed by worker-1");
}

TEST(OwnerHeapFindings, ADoubleFreeNamesTheFirstFree) {
  BoxBuilder builder;
  heapstorm_box_finding record = builder.foreign_free();
  record.kind = HEAPSTORM_DOUBLE_FREE;
  record.freed = record.owner;
  record.block_state = HEAPSTORM_BLOCK_QUARANTINED;
  const Finding finding = only_finding(builder, record);
  EXPECT_EQ(finding.freed->thread, "worker-0");
  EXPECT_EQ(finding.block->state, "quarantined");
  EXPECT_EQ(finding.summary,
            "block of 45 bytes tagged date_header: allocated by worker-0, freed by worker-0, freed again by worker-1");
}

TEST(OwnerHeapFindings, TellThreadsOfOneNameApart) {
  BoxBuilder builder;
  heapstorm_box_finding record = builder.foreign_free();
  record.owner.thread = builder.thread("worker-0", 0, 0);
  record.offender.thread = builder.thread("worker-0", 3, 0);
  record.freed.thread = record.owner.thread;
  const Finding finding = only_finding(builder, record);
  EXPECT_EQ(finding.offender->thread, "worker-0");
  EXPECT_EQ(finding.offender->text.find("another thread of that name"), 0u) << finding.offender->text;
  EXPECT_EQ(finding.freed->text.find("another"), std::string::npos);
  EXPECT_EQ(finding.owner->text.find("another"), std::string::npos);
}

TEST(OwnerHeapFindings, SayThatAnOwnerHasExitedOnBothSidesThatItIs) {
  BoxBuilder builder;
  heapstorm_box_finding record = builder.foreign_free();
  record.freed = record.owner;
  EXPECT_FALSE(only_finding(builder, record).freed->exited);
  record.flags = HEAPSTORM_FINDING_OWNER_EXITED;
  builder.finding(record);
  const Finding finding = findings_of(builder).back();
  EXPECT_TRUE(finding.owner->exited);
  EXPECT_TRUE(finding.freed->exited);
  EXPECT_FALSE(finding.offender->exited);
}

heapstorm_box_finding use_after_free_of_ended_thread(BoxBuilder& builder) {
  heapstorm_box_finding record = builder.foreign_free();
  record.kind = HEAPSTORM_USE_AFTER_FREE;
  record.flags = HEAPSTORM_FINDING_OWNER_EXITED;
  record.freed = record.owner;
  record.damaged_at = 3;
  return record;
}

TEST(OwnerHeapFindings, AWriteAfterFreeOfUnknownOriginSaysSo) {
  BoxBuilder builder;
  heapstorm_box_finding record = use_after_free_of_ended_thread(builder);
  record.offender = {};
  const Finding finding = only_finding(builder, record);
  EXPECT_FALSE(finding.offender.has_value());
  EXPECT_TRUE(finding.owner->exited);
  EXPECT_EQ(finding.summary,
            "block of 45 bytes tagged date_header: allocated by worker-0, which has exited, freed by worker-0, "
            "written to afterwards by an unknown thread (first wrong byte at offset 3)");
}

TEST(OwnerHeapFindings, AUseAfterFreeThatASanitizerStoppedNamesWhoDidIt) {
  BoxBuilder builder;
  EXPECT_EQ(only_finding(builder, use_after_free_of_ended_thread(builder)).summary,
            "block of 45 bytes tagged date_header: allocated by worker-0, which has exited, freed by worker-0, "
            "used afterwards by worker-1 (at offset 3)");
}

TEST(OwnerHeapFindings, ALeakIsAWarningWithItsGroup) {
  BoxBuilder builder;
  heapstorm_box_finding record = builder.foreign_free();
  record.kind = HEAPSTORM_LEAK_AT_THREAD_EXIT;
  record.block_count = 3;
  record.offender = {};
  const Finding finding = only_finding(builder, record);
  EXPECT_EQ(finding.severity, "warning");
  EXPECT_EQ(finding.summary,
            "3 blocks of 45 bytes in all tagged date_header, allocated by worker-0, still live when it exited");
}

TEST(OwnerHeapFindings, NamesTheVariableThatHoldsThePointer) {
  Dl_info info{};
  ASSERT_NE(::dladdr(&held_in_a_test, &info), 0);
  const auto base = reinterpret_cast<std::uintptr_t>(info.dli_fbase);
  const auto variable = reinterpret_cast<std::uintptr_t>(&held_in_a_test);
  BoxBuilder builder;
  builder.module(base, variable + sizeof(held_in_a_test), base, std::filesystem::read_symlink("/proc/self/exe"));
  heapstorm_box_finding record = builder.foreign_free();
  record.held_at = variable;
  builder.finding(record);
  record.held_at = 0;
  record.tag = 0;
  builder.finding(record);
  Symbolizer symbolizer;
  const std::vector<Finding> findings = owner_heap_findings(BlackBoxReader(builder.bytes()), symbolizer);
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].held_by, "heapstorm::(anonymous namespace)::held_in_a_test");
  EXPECT_EQ(findings[1].held_by, "");
}

TEST(OwnerHeapFindings, ShowsTheChainOfOwners) {
  BoxBuilder builder;
  heapstorm_box_finding record = builder.foreign_free();
  record.handoff = builder.handoff(0, record.owner.thread, record.offender.thread);
  const Finding finding = only_finding(builder, record);
  ASSERT_EQ(finding.handoffs.size(), 1u);
  EXPECT_EQ(finding.handoffs[0].thread, "worker-1");
  EXPECT_EQ(finding.handoffs[0].text, "from worker-0 at 5 ms");
}

// A pointer that no heap gave out: record's address, and nothing of a block.
heapstorm_box_finding invalid_free(BoxBuilder& builder, std::uint64_t address) {
  heapstorm_box_finding record = builder.foreign_free();
  record.kind = HEAPSTORM_INVALID_FREE;
  record.address = address;
  record.block_address = record.block_bytes = record.block_state = record.age_ms = 0;
  record.tag = 0;
  record.owner = {};
  return record;
}

TEST(OwnerHeapFindings, APointerThatNoHeapGaveOutHasItsAddressAndAnUnknownSize) {
  BoxBuilder builder;
  const Finding finding = only_finding(builder, invalid_free(builder, 0x123456));
  EXPECT_EQ(finding.block, (Block{0x123456, {}, "", 0, "unknown"}));
  EXPECT_EQ(finding.summary, "a pointer that no heap gave out was freed by worker-1");
  EXPECT_FALSE(finding.owner);
  EXPECT_FALSE(finding.damaged);
}

TEST(OwnerHeapFindings, APointerToAStackNamesItsThread) {
  BoxBuilder builder;
  heapstorm_box_finding record = invalid_free(builder, 0x123456);
  record.owner.thread = builder.foreign_free().owner.thread;
  const Finding finding = only_finding(builder, record);
  EXPECT_EQ(finding.block->lies_in, "the stack of worker-0");
  EXPECT_EQ(finding.summary, "a pointer that no heap gave out (into the stack of worker-0) was freed by worker-1");
  EXPECT_FALSE(finding.owner) << "nobody allocated it";
}

TEST(OwnerHeapFindings, APointerIntoABlockNamesTheBlockAndTheDistance) {
  BoxBuilder builder;
  heapstorm_box_finding record = builder.foreign_free();
  record.kind = HEAPSTORM_INVALID_FREE;
  record.flags = HEAPSTORM_FINDING_INTERIOR;
  record.address = record.block_address + 12;
  const Finding finding = only_finding(builder, record);
  EXPECT_EQ(finding.block->lies_in, "a block of 45 bytes tagged date_header (+ 12)");
  EXPECT_EQ(finding.block->size, 45u);
  ASSERT_TRUE(finding.owner);
  EXPECT_EQ(finding.owner->thread, "worker-0");
}

[[gnu::used]] char owner_heap_findings_test_arena[128] = {1};
[[gnu::used, gnu::noinline]] void owner_heap_findings_test_code() {
  asm volatile("");
}

// This program plays the target.
TEST(OwnerHeapFindings, APointerIntoAVariableOrCodeNamesIt) {
  Dl_info info{};
  ASSERT_NE(::dladdr(owner_heap_findings_test_arena, &info), 0);
  const auto base = reinterpret_cast<std::uintptr_t>(info.dli_fbase);
  const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
  const auto place = [&](std::uint64_t address) {
    BoxBuilder builder;
    builder.module(base, base + (1u << 30), base, program);
    builder.finding(invalid_free(builder, address));
    Symbolizer symbolizer;
    return owner_heap_findings(BlackBoxReader(builder.bytes()), symbolizer).at(0).block.value_or(Block{}).lies_in;
  };
  const auto arena = reinterpret_cast<std::uintptr_t>(owner_heap_findings_test_arena);
  EXPECT_TRUE(place(arena).ends_with("owner_heap_findings_test_arena")) << place(arena);
  EXPECT_TRUE(place(arena + 96).ends_with("owner_heap_findings_test_arena (+ 96)")) << place(arena + 96);
  const auto code = reinterpret_cast<std::uintptr_t>(&owner_heap_findings_test_code);
  EXPECT_NE(place(code).find("owner_heap_findings_test_code"), std::string::npos) << place(code);
  EXPECT_EQ(place(0x1000), "") << "another allocator's memory, say";
}

}  // namespace

namespace heap {
[[gnu::used]] char detectors_variable[8] = {1};
}

namespace {

TEST(OwnerHeapFindings, AreNeverHeldByAVariableOfTheDetector) {
  Dl_info info{};
  ASSERT_NE(::dladdr(heap::detectors_variable, &info), 0);
  const auto base = reinterpret_cast<std::uintptr_t>(info.dli_fbase);
  const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
  const auto referrer = [&](const char* variable) {
    BoxBuilder builder;
    builder.module(base, base + (1u << 30), base, program);
    heapstorm_box_finding record = builder.foreign_free();
    record.held_at = reinterpret_cast<std::uintptr_t>(variable);
    builder.finding(record);
    Symbolizer symbolizer;
    return owner_heap_findings(BlackBoxReader(builder.bytes()), symbolizer).at(0).held_by;
  };
  EXPECT_TRUE(referrer(owner_heap_findings_test_arena).ends_with("owner_heap_findings_test_arena"));
  EXPECT_EQ(referrer(heap::detectors_variable), "");
}

TEST(OwnerHeapFindings, AStackThatEndsBeforeItsThreadsStartSaysSo) {
  BoxBuilder builder;
  heapstorm_box_finding record = builder.foreign_free();
  record.offender.stack = builder.stack(std::vector<std::uint64_t>(HEAPSTORM_STACK_FRAMES, 0x3333));
  const Finding finding = only_finding(builder, record);
  EXPECT_EQ(finding.owner->stack_end, StackEnd::lost);
  EXPECT_EQ(finding.offender->stack_end, StackEnd::left_out);
}

TEST(OwnerHeapFindings, EveryKindHasANameAndASummary) {
  for (std::uint32_t kind = 1; kind < HEAPSTORM_KIND_COUNT; ++kind) {
    BoxBuilder builder;
    heapstorm_box_finding record = builder.foreign_free();
    record.kind = kind;
    const Finding finding = only_finding(builder, record);
    EXPECT_NE(finding.kind, "unknown");
    EXPECT_FALSE(finding.summary.empty()) << finding.kind;
    EXPECT_FALSE(finding.damaged) << finding.kind;
  }
}

TEST(HeapFrames, AreToldByFunctionOrFile) {
  EXPECT_TRUE(is_heap_frame({"heapstorm_free", "", 0, "", 0}));
  EXPECT_TRUE(is_heap_frame({"heapstorm::heap::x()", "harness/heap/process.cpp", 3, "", 0}));
  EXPECT_FALSE(is_heap_frame({"date_header::drop()", "targets/date_header/static_cache.cpp", 3, "", 0}));
}

}  // namespace
}  // namespace heapstorm
