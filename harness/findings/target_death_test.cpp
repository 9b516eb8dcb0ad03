#include "harness/findings/target_death.h"

#include <gtest/gtest.h>
#include <signal.h>

#include "harness/abi/black_box.h"

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

}  // namespace
}  // namespace heapstorm
