#include "harness/findings/target_death.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <cstdint>

#include "harness/abi/black_box.h"
#include "harness/findings/testing/box_builder.h"

namespace heapstorm {
namespace {

std::optional<Finding> of_signal(int signal) {
  TargetDeath death;
  death.signal = signal;
  death.at_ms = 50;
  return finding_of_death(death);
}

TEST(TargetDeath, ByAFaultIsACrash) {
  for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE}) {
    const auto finding = of_signal(signal);
    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->kind, "crash");
    EXPECT_EQ(finding->source, "signal");
    EXPECT_EQ(finding->at_ms, 50u);
  }
  EXPECT_EQ(of_signal(SIGSEGV)->summary, "the target died of SIGSEGV");
  EXPECT_NE(of_signal(SIGSEGV)->fingerprint, of_signal(SIGBUS)->fingerprint);
}

TargetDeath death_of_access(std::uint64_t address) {
  TargetDeath death;
  death.signal = SIGSEGV;
  death.fault = TargetFault{.signal = SIGSEGV, .address = address, .thread = {}};
  death.fault->thread.thread = "worker-1";
  return death;
}

TEST(TargetDeath, ByAnAccessNearNullIsANullDereference) {
  const auto finding = finding_of_death(death_of_access(8));
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->kind, "null_deref");
  EXPECT_EQ(finding->summary, "the target died of SIGSEGV: worker-1 accessed address 0x8 (near null)");
  EXPECT_EQ(finding->offender->thread, "worker-1");
  EXPECT_EQ(finding_of_death(death_of_access(65535))->kind, "null_deref");
  EXPECT_EQ(finding_of_death(death_of_access(65536))->kind, "crash");
}

TEST(TargetDeath, ByAnAccessElsewhereIsACrashThatSaysWhere) {
  const auto wild = finding_of_death(death_of_access(0x414141414140));
  EXPECT_EQ(wild->kind, "crash");
  EXPECT_EQ(wild->summary, "the target died of SIGSEGV: worker-1 accessed address 0x414141414140 (wild)");
  const auto non_canonical = finding_of_death(death_of_access(HEAPSTORM_ADDRESS_NON_CANONICAL));
  EXPECT_EQ(non_canonical->kind, "crash");
  EXPECT_EQ(non_canonical->summary, "the target died of SIGSEGV: worker-1 accessed a non-canonical address");
  EXPECT_NE(wild->fingerprint, non_canonical->fingerprint);
}

TEST(TargetDeath, AtTheEndOfAStackIsSaidSo) {
  TargetDeath death = death_of_access(0x7ffff0000ff8);
  death.fault->stack_exhausted = true;
  EXPECT_EQ(finding_of_death(death)->summary, "the target died of SIGSEGV: worker-1 exhausted its stack");
  EXPECT_EQ(finding_of_death(death)->offender->deed, "seen on");
}

TEST(TargetDeath, OfASignalWithoutAnAccessNamesTheThread) {
  TargetDeath death = death_of_access(0x7ffff0000ff8);
  death.signal = death.fault->signal = SIGFPE;
  EXPECT_EQ(finding_of_death(death)->kind, "crash");
  EXPECT_EQ(finding_of_death(death)->summary, "the target died of SIGFPE: worker-1 met it");
  EXPECT_EQ(finding_of_death(death)->offender->deed, "seen on");
}

TEST(TargetDeath, ByAbortNamesTheThreadAndItsLastWords) {
  TargetDeath death = death_of_access(0);
  death.signal = death.fault->signal = SIGABRT;
  EXPECT_EQ(finding_of_death(death)->kind, "abort");
  EXPECT_EQ(finding_of_death(death)->summary, "the target died of SIGABRT: worker-1 aborted");
  EXPECT_EQ(finding_of_death(death)->offender->deed, "aborted by");
  death.last_words = "the target wrote: a.c:1: Assertion `0' failed.";
  EXPECT_EQ(finding_of_death(death)->summary,
            "the target died of SIGABRT: worker-1 aborted; the target wrote: a.c:1: Assertion `0' failed.");
}

TEST(TargetDeath, ByAnotherSignalThanTheRecordedFaultsIsOfThatSignal) {
  TargetDeath death = death_of_access(8);
  death.signal = SIGBUS;
  EXPECT_EQ(finding_of_death(death)->kind, "crash");
  death.signal = SIGABRT;
  EXPECT_EQ(finding_of_death(death)->kind, "abort");
}

TEST(TargetDeath, ByAbortIsAnAbortUnlessThePolicyOrASanitizerDidIt) {
  EXPECT_EQ(of_signal(SIGABRT)->kind, "abort");
  TargetDeath death;
  death.signal = SIGABRT;
  death.policy_aborts = true;
  EXPECT_FALSE(finding_of_death(death));
  death.policy_aborts = false;
  death.sanitizer_reported = true;
  EXPECT_FALSE(finding_of_death(death));
  death.signal = SIGSEGV;
  EXPECT_TRUE(finding_of_death(death));
}

TEST(TargetDeath, ByTheSignalThatWasSentIsNoFinding) {
  TargetDeath death;
  death.signal = SIGKILL;
  death.signal_sent = SIGKILL;
  EXPECT_FALSE(finding_of_death(death));
  death.signal_sent = SIGTERM;
  EXPECT_EQ(finding_of_death(death)->kind, "unexpected_exit");
}

TEST(TargetDeath, ByAnExitCodeIsAnUnexpectedExit) {
  TargetDeath death;
  death.code = 0;
  EXPECT_FALSE(finding_of_death(death));
  death.code = 3;
  EXPECT_EQ(finding_of_death(death)->kind, "unexpected_exit");
  EXPECT_EQ(finding_of_death(death)->source, "exit");
  EXPECT_EQ(finding_of_death(death)->summary, "the target exited with code 3");
  death.sanitizer_reported = true;
  EXPECT_FALSE(finding_of_death(death));
}

TEST(TargetDeath, ThatDidNotHappenIsNoFinding) {
  EXPECT_FALSE(finding_of_death({}));
}

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
