#include "harness/findings/target_fault.h"

#include <gtest/gtest.h>

#include <csignal>

#include "harness/findings/box_builder.h"

namespace heapstorm {
namespace {

std::optional<TargetFault> fault_in(BoxBuilder& builder) {
  Symbolizer symbolizer({.program = "/nonexistent/symbolizer", .tree_prefix = ""});
  return fault_of(BlackBoxReader(builder.bytes()), symbolizer);
}

// What a host writes of a fault of the thread with this number of the system's.
void record_fault(BoxBuilder& builder, std::uint32_t tid, std::uint64_t pc) {
  builder.control().fault_signal = SIGSEGV;
  builder.control().fault_address = 0x18;
  builder.control().fault_tid = tid;
  builder.control().fault_pc = pc;
}

TEST(TargetFault, IsNothingWhereTheHostRecordedNone) {
  BoxBuilder builder;
  EXPECT_FALSE(fault_in(builder));
}

TEST(TargetFault, HasSignalAddressAndTheInstructionInItsModule) {
  BoxBuilder builder;
  builder.module(0x1000, 0x3000, 0x400, "/opt/target.so");
  record_fault(builder, 0, 0x1000);
  const auto first = fault_in(builder);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->signal, SIGSEGV);
  EXPECT_EQ(first->address, 0x18u);
  ASSERT_EQ(first->thread.stack.size(), 1u);
  EXPECT_EQ(first->thread.stack[0].module, "/opt/target.so");
  EXPECT_EQ(first->thread.stack[0].offset, 0x1000u - 0x400u);
  record_fault(builder, 0, 0x2fff);
  EXPECT_EQ(fault_in(builder)->thread.stack.size(), 1u);
}

TEST(TargetFault, HasNoStackOutsideOfEveryModule) {
  for (const std::uint64_t pc : {0xfffu, 0x3000u}) {
    BoxBuilder builder;
    builder.module(0x1000, 0x3000, 0x400, "/opt/target.so");
    record_fault(builder, 0, pc);
    EXPECT_TRUE(fault_in(builder)->thread.stack.empty()) << pc;
  }
}

TEST(TargetFault, HasTheCallersOfTheInstructionAndWhatTheThreadWasDoing) {
  BoxBuilder builder;
  builder.module(0x1000, 0x3000, 0x400, "/opt/target.so");
  record_fault(builder, 0, 0x1000);
  EXPECT_EQ(fault_in(builder)->thread.stack_end, StackEnd::lost);
  builder.control().fault_stack = builder.stack({0x1200, 0x2400});
  builder.control().fault_connection = 7;
  builder.control().fault_action = HEAPSTORM_ACTION(HEAPSTORM_ACTION_MESSAGE, 3);
  const auto fault = fault_in(builder);
  ASSERT_TRUE(fault);
  ASSERT_EQ(fault->thread.stack.size(), 3u);
  EXPECT_EQ(fault->thread.stack[0].offset, 0xc00u);
  EXPECT_EQ(fault->thread.stack[1].offset, 0xe00u);
  EXPECT_EQ(fault->thread.stack[2].offset, 0x2000u);
  EXPECT_EQ(fault->thread.connection, 7u);
  EXPECT_EQ(fault->thread.action, "message 3");
  EXPECT_FALSE(fault->stack_exhausted);
  builder.control().fault_flags = HEAPSTORM_FAULT_STACK_EXHAUSTED;
  EXPECT_TRUE(fault_in(builder)->stack_exhausted);
}

TEST(TargetFault, OutsideOfEveryModuleStillHasTheCallers) {
  BoxBuilder builder;
  builder.module(0x1000, 0x3000, 0x400, "/opt/target.so");
  record_fault(builder, 0, 0);
  builder.control().fault_stack = builder.stack({0x1200});
  ASSERT_EQ(fault_in(builder)->thread.stack.size(), 1u);
  EXPECT_EQ(fault_in(builder)->thread.stack[0].module, "/opt/target.so");
}

TEST(TargetFault, NamesTheYoungestThreadWithThatNumber) {
  BoxBuilder builder;
  const std::uint32_t dead = builder.thread("worker-0", 1, 0);
  const std::uint32_t other = builder.thread("worker-1", 2, 0);
  const std::uint32_t young = builder.thread("worker-2", 1, 1);
  builder.entry<heapstorm_box_thread>(HEAPSTORM_SECTION_THREADS, dead)->tid = 70;
  builder.entry<heapstorm_box_thread>(HEAPSTORM_SECTION_THREADS, other)->tid = 71;
  builder.entry<heapstorm_box_thread>(HEAPSTORM_SECTION_THREADS, young)->tid = 70;
  record_fault(builder, 70, 0);
  const Side thread = fault_in(builder)->thread;
  EXPECT_EQ(thread.thread, "worker-2");
  EXPECT_EQ(thread.slot, 1u);
  EXPECT_EQ(thread.generation, 1u);
  record_fault(builder, 99, 0);
  EXPECT_EQ(fault_in(builder)->thread.thread, "");
}

}  // namespace
}  // namespace heapstorm
