// TargetFaults: the faults of an attempt's target, from its command line to what the report says of them. Those of the
// storm happen on the storm's thread, those beside it on the attempt's.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/faults/fault_schedule.h"
#include "harness/plan/plan.h"
#include "harness/process/process.h"
#include "harness/runner/black_box_file.h"
#include "harness/runner/faults/fault_counts.h"
#include "harness/runner/faults/worker_orders.h"
#include "harness/scenario/scenario.h"

namespace heapstorm {

// The target, as its faults see it.
class RunningTarget final : public TargetAccess {
 public:
  // `box` must outlive it.
  RunningTarget(const Scenario& scenario, BlackBoxFile& box, WorkerOrders orders);

  void attach(Process& process) { process_ = &process; }
  // Ends what a step of the storm waits for.
  void stop_waiting_at(std::stop_token stop) { stop_ = std::move(stop); }
  void hand_to(ProcessOptions& target) const { orders_.hand_to(target); }
  // Of the clock, those of a warm-up as well. From any thread.
  std::uint64_t clock_ticks() const { return clock_ticks_; }

  void advance_clock(std::uint32_t seconds) override;
  void jump_clock(std::int64_t seconds) override { box_.jump_clock(seconds); }
  bool order(const heapstorm_worker_order& order) override { return orders_.give(order); }
  bool has_open_orders(std::uint32_t kind) const override { return orders_.has_open(kind); }
  void await_orders(std::uint32_t kind) override;
  std::uint32_t next_worker() override { return turn_++ % workers_; }
  int pid() const override { return process_->pid(); }
  void signal(int number) override { process_->signal(number); }
  bool is_stopped() const override;
  std::uint64_t refused_accepts() const override { return box_.accepts_out_of_descriptors(); }

 private:
  BlackBoxFile& box_;
  WorkerOrders orders_;
  std::uint32_t workers_;
  bool goes_step_by_step_;
  std::uint32_t turn_ = 0;
  Process* process_ = nullptr;
  std::stop_token stop_;
  std::atomic<std::uint64_t> clock_ticks_ = 0;
};

class TargetFaults {
 public:
  // An error of the environment. Both must outlive it.
  static Result<std::unique_ptr<TargetFaults>> create(const Scenario& scenario, BlackBoxFile& box);

  RunningTarget& target() { return target_; }
  // Those of the storm, for StormOptions.
  FaultSchedule& in_storm() { return in_storm_; }
  // Those beside it: begin() with the storm.
  FaultSchedule& beside() { return beside_; }

  // Whether the plan has sent the target this signal.
  bool has_sent(int signal_number) const;
  // Of each kind, by its place in the table, how often it was injected so far. From any thread.
  std::vector<std::uint64_t> injected() const;

  // For the counts of the report, once the attempt is over. Without what the target has counted itself.
  FaultWitnesses witnesses() const;

 private:
  TargetFaults(const Scenario& scenario, BlackBoxFile& box, WorkerOrders orders);

  const Scenario& scenario_;
  const BlackBoxFile& box_;
  RunningTarget target_;
  FaultSchedule in_storm_;
  FaultSchedule beside_;
};

}  // namespace heapstorm
