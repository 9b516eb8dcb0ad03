// Which restarts of workers a plan asks for, and when.
#include "harness/storm/worker_restarter.h"

#include <gtest/gtest.h>

#include "harness/storm/testing/small_storm.h"

namespace heapstorm {
namespace {

using test::load_of;

// What was asked for, in order: a worker's number, or "next", with "!" if the storm would wait.
class WorkerRestarterTest : public testing::Test {
 protected:
  WorkerRestarter make(Arrival arrival, std::vector<Fault> faults) {
    Load load = load_of(Protocol::tcp, 5, arrival == Arrival::stepwise ? 5 : 2, {}, {.fin = 1});
    load.arrival = arrival;
    plan_.emplace(load, std::move(faults), 1);
    return WorkerRestarter(*plan_, on_restart_, tally_, 0);
  }

  StormProgress progress_;
  Tally tally_{progress_};
  std::optional<Plan> plan_;
  std::string asked_;
  bool answer_ = true;
  RestartCallback on_restart_ = [this](std::optional<std::uint32_t> worker, bool wait) {
    asked_ += (worker ? std::to_string(*worker) : "next") + (wait ? "! " : " ");
    return answer_;
  };
};

TEST_F(WorkerRestarterTest, AsksBetweenTheOpensThatThePlanSaysAndWaits) {
  WorkerRestarter restarter = make(Arrival::stepwise, {WorkerRestart{{}, 2, {}}});
  std::vector<std::string> asked_before_open;
  for (int open = 0; open < 5; ++open) {
    restarter.before_open();
    asked_before_open.push_back(asked_);
    tally_.on_open(0);
  }
  EXPECT_EQ(asked_before_open, (std::vector<std::string>{"", "", "next! ", "next! ", "next! next! "}));
  EXPECT_EQ(tally_.result().worker_restarts, 2u);
}

TEST_F(WorkerRestarterTest, AsksByWallTimeForTheWorkerThatIsNamedAndDoesNotWait) {
  WorkerRestarter restarter = make(Arrival::closed, {WorkerRestart{3, {}, 7}});
  EXPECT_EQ(restarter.next_us(), 3000);
  restarter.poll(2999);
  EXPECT_EQ(asked_, "");
  restarter.poll(3000);
  EXPECT_EQ(asked_, "7 ");
  EXPECT_EQ(restarter.next_us(), 6000);
}

TEST_F(WorkerRestarterTest, AsksOnceAfterAPause) {
  WorkerRestarter restarter = make(Arrival::closed, {WorkerRestart{1, {}, {}}});
  restarter.poll(50'000);
  EXPECT_EQ(asked_, "next ");
}

TEST_F(WorkerRestarterTest, DoesNotCountWhatWasNotAskedFor) {
  answer_ = false;
  WorkerRestarter restarter = make(Arrival::closed, {WorkerRestart{1, {}, {}}});
  restarter.poll(1000);
  EXPECT_EQ(asked_, "next ");
  EXPECT_EQ(tally_.result().worker_restarts, 0u);
}

TEST_F(WorkerRestarterTest, IsSilentInAPlanWithoutRestarts) {
  WorkerRestarter restarter = make(Arrival::stepwise, {ClockTick{{}, 1, 1}});
  tally_.on_open(0);
  restarter.before_open();
  restarter.poll(1'000'000);
  EXPECT_EQ(asked_, "");
}

}  // namespace
}  // namespace heapstorm
