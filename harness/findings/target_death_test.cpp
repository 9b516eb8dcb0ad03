#include "harness/findings/target_death.h"

#include <gtest/gtest.h>
#include <signal.h>

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
