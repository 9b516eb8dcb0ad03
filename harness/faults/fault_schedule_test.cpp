// When a plan's faults fall due, and how often they then happen.
#include "harness/faults/fault_schedule.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "harness/faults/testing/fault_of.h"
#include "harness/faults/testing/recording_target.h"

namespace heapstorm {
namespace {

using test::fault_of;
using Deeds = std::vector<std::string>;

class FaultScheduleTest : public testing::Test {
 protected:
  FaultSchedule& begin(std::vector<Fault> faults, InjectionSite site = InjectionSite::in_storm,
                       std::int64_t now_us = 0) {
    faults_ = std::move(faults);
    schedule_.emplace(faults_, site, target_);
    schedule_->begin(now_us);
    return *schedule_;
  }
  // Of 100 ms, looked at every millisecond.
  Deeds deeds_of(std::vector<Fault> faults) {
    begin(std::move(faults));
    for (std::int64_t now_us = 0; now_us <= 100'000; now_us += 1000) schedule_->poll(now_us);
    return target_.take();
  }

  std::vector<Fault> faults_;
  test::RecordingTarget target_;
  std::optional<FaultSchedule> schedule_;
};

TEST_F(FaultScheduleTest, ALateLoopGetsEveryTickThatWasDue) {
  FaultSchedule& schedule =
      begin({fault_of("clock_tick", {{"every_ms", 2}, {"step_s", 3}})}, InjectionSite::in_storm, 1000);
  EXPECT_EQ(schedule.next_us(), 3000);
  schedule.poll(2999);
  EXPECT_EQ(target_.take(), Deeds());
  schedule.poll(9500);
  EXPECT_EQ(target_.take(), (Deeds{"tick 3", "tick 3", "tick 3", "tick 3"}));
  EXPECT_EQ(schedule.injected(faults_[0]), 4u);
  EXPECT_EQ(schedule.next_us(), 11000);
}

TEST_F(FaultScheduleTest, NoMoreThanAThousandTicksFollowAPause) {
  FaultSchedule& schedule = begin({fault_of("clock_tick", {{"every_ms", 1}})});
  schedule.poll(60'000'000);
  EXPECT_EQ(target_.take().size(), 1000u);
  schedule.poll(60'000'999);
  EXPECT_EQ(target_.take().size(), 0u);
  schedule.poll(60'001'000);
  EXPECT_EQ(target_.take().size(), 1u);
}

TEST_F(FaultScheduleTest, WhatIsNotMadeUpHappensOnceAfterAPause) {
  for (const Fault& fault :
       {fault_of("clock_jump", {{"every_ms", 1}, {"back_s", 1}}), fault_of("worker_restart", {{"every_ms", 1}}),
        fault_of("worker_stall", {{"every_ms", 1}})}) {
    FaultSchedule& schedule = begin({fault});
    schedule.poll(50'000);
    EXPECT_EQ(target_.take().size(), 1u) << fault.kind->traits().name;
    EXPECT_GT(schedule.next_us(), 50'000);
  }
}

TEST_F(FaultScheduleTest, HappensOnceBeforeTheOpenThatFollowsEveryNth) {
  FaultSchedule& schedule =
      begin({fault_of("signal", {{"name", "SIGHUP"}, {"after_ms", 0}}), fault_of("clock_tick", {{"every_opens", 2}})});
  std::vector<std::size_t> before_open;
  for (std::uint64_t opens = 0; opens < 5; ++opens) {
    schedule.before_open(opens);
    before_open.push_back(target_.deeds.size());
  }
  EXPECT_EQ(before_open, (std::vector<std::size_t>{0, 0, 1, 1, 2}));
}

TEST_F(FaultScheduleTest, JumpsForwardsAndBackwardsInTime) {
  EXPECT_EQ(deeds_of({fault_of("clock_jump", {{"every_ms", 40}, {"forward_s", 3600}}),
                      fault_of("clock_jump", {{"every_ms", 60}, {"back_s", 86400}})}),
            (Deeds{"jump 3600", "jump -86400", "jump 3600"}));
}

TEST_F(FaultScheduleTest, HappensNotMoreOftenThanSaid) {
  const auto jump = [](int times) {
    return fault_of("clock_jump", {{"every_ms", 10}, {"forward_s", 5}, {"times", times}});
  };
  EXPECT_EQ(deeds_of({jump(2)}), (Deeds{"jump 5", "jump 5"}));
  EXPECT_EQ(schedule_->next_us(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(deeds_of({jump(0)}), Deeds());
  EXPECT_EQ(deeds_of({}), Deeds());
}

TEST_F(FaultScheduleTest, ARestartNamesAWorkerOrTheNextInTurn) {
  EXPECT_EQ(deeds_of({fault_of("worker_restart", {{"every_ms", 30}}),
                      fault_of("worker_restart", {{"every_ms", 90}, {"worker", 7}})}),
            (Deeds{"restart 0", "restart 1", "restart 2", "restart 7"}));
}

TEST_F(FaultScheduleTest, ARestartIsAwaitedAtTheEndAndStepByStepAtOnce) {
  EXPECT_EQ(deeds_of({fault_of("worker_restart", {{"every_ms", 60}})}), Deeds{"restart 0"});
  schedule_->end();
  EXPECT_EQ(target_.take(), Deeds{"await"});
  target_.stepwise = true;
  EXPECT_EQ(deeds_of({fault_of("worker_restart", {{"every_ms", 60}})}), (Deeds{"restart 1", "await"}));
}

TEST_F(FaultScheduleTest, ARestartThatIsUnderWayIsNotAskedForAgain) {
  target_.has_open = true;
  EXPECT_EQ(deeds_of({fault_of("worker_restart", {{"every_ms", 30}})}), Deeds());
  EXPECT_EQ(schedule_->injected(faults_[0]), 0u);
}

TEST_F(FaultScheduleTest, WhatCouldNotBeDoneIsNotCounted) {
  target_.takes_orders = false;
  EXPECT_EQ(deeds_of({fault_of("worker_restart", {{"every_ms", 60}})}), Deeds{"restart 0"});
  EXPECT_EQ(schedule_->injected(faults_[0]), 0u);
}

TEST_F(FaultScheduleTest, AStallNamesItsWorkerAndItsTime) {
  EXPECT_EQ(deeds_of({fault_of("worker_stall", {{"every_ms", 40}, {"for_us", 70}})}),
            (Deeds{"stall 0 for 70", "stall 1 for 70"}));
  EXPECT_EQ(deeds_of({fault_of("worker_stall", {{"every_ms", 10}, {"worker", 3}, {"times", 1}})}),
            (Deeds{"stall 3 for 1000"}));
}

TEST_F(FaultScheduleTest, NothingFallsDueBeforeItBegins) {
  faults_ = {fault_of("clock_tick", {{"every_ms", 1}}), fault_of("signal", {{"name", "SIGTERM"}, {"after_ms", 0}})};
  for (const InjectionSite site : {InjectionSite::in_storm, InjectionSite::beside}) {
    FaultSchedule schedule(faults_, site, target_);
    schedule.poll(1'000'000, 5);
    EXPECT_EQ(target_.take(), Deeds());
  }
}

TEST_F(FaultScheduleTest, ASignalComesOnceByFindingsOrByTime) {
  FaultSchedule& schedule = begin({fault_of("signal", {{"name", "SIGKILL"}, {"after_findings", 3}}),
                                   fault_of("signal", {{"name", "SIGTERM"}, {"after_ms", 20}})},
                                  InjectionSite::beside, 5000);
  EXPECT_TRUE(schedule.waits_for_findings());
  schedule.poll(24'999, 2);
  EXPECT_EQ(target_.take(), Deeds());
  schedule.poll(25'000, 2);
  EXPECT_EQ(target_.take(), Deeds{"signal " + std::to_string(SIGTERM)});
  EXPECT_TRUE(schedule.waits_for_findings());
  schedule.poll(26'000, 3);
  EXPECT_EQ(target_.take(), Deeds{"signal " + std::to_string(SIGKILL)});
  EXPECT_FALSE(schedule.waits_for_findings());
  schedule.poll(50'000, 9);
  EXPECT_EQ(target_.take(), Deeds());
}

TEST_F(FaultScheduleTest, SeesATargetStopAndGoOn) {
  FaultSchedule& schedule = begin({fault_of("signal", {{"name", "SIGSTOP"}, {"after_ms", 1}}),
                                   fault_of("signal", {{"name", "SIGCONT"}, {"after_ms", 3}}),
                                   fault_of("signal", {{"name", "SIGHUP"}, {"after_ms", 1}})},
                                  InjectionSite::beside);
  schedule.poll(1000);
  schedule.poll(1500);
  EXPECT_EQ(schedule.observed(faults_[0]), 0u) << "it has not stopped yet";
  target_.stopped = true;
  schedule.poll(2000);
  schedule.poll(2100);
  EXPECT_EQ(schedule.observed(faults_[0]), 1u);
  schedule.poll(3000);
  EXPECT_EQ(schedule.observed(faults_[1]), 0u);
  target_.stopped = false;
  schedule.poll(3100);
  EXPECT_EQ(schedule.observed(faults_[1]), 1u);
  EXPECT_EQ(schedule.observed(faults_[2]), 0u);
}

class DescriptorExhaustionTest : public FaultScheduleTest {
 protected:
  ~DescriptorExhaustionTest() override {
    if (schedule_) schedule_->end();
  }
  static rlim_t limit() {
    rlimit now{};
    getrlimit(RLIMIT_NOFILE, &now);
    return now.rlim_cur;
  }
};

TEST_F(DescriptorExhaustionTest, LowersTheLimitForItsTimeAndGivesItBack) {
  const rlim_t before = limit();
  FaultSchedule& schedule = begin({fault_of("descriptor_exhaustion", {{"every_ms", 50}, {"for_ms", 10}, {"times", 2}})},
                                  InjectionSite::beside);
  schedule.poll(49'000);
  EXPECT_EQ(limit(), before);
  schedule.poll(50'000);
  EXPECT_LT(limit(), before);
  target_.refused = 1;
  schedule.poll(59'000);
  EXPECT_LT(limit(), before);
  schedule.poll(60'000);
  EXPECT_EQ(limit(), before);
  EXPECT_EQ(schedule.injected(faults_[0]), 1u);
  EXPECT_EQ(schedule.observed(faults_[0]), 1u);
  schedule.poll(100'000);
  EXPECT_LT(limit(), before);
  schedule.end();
  EXPECT_EQ(limit(), before);
  EXPECT_EQ(schedule.observed(faults_[0]), 1u) << "no accept was refused the second time";
  schedule.poll(1'000'000);
  EXPECT_EQ(limit(), before) << "after the end nothing begins again";
}

}  // namespace
}  // namespace heapstorm
