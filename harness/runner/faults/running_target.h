// The RunningTarget: the target of an attempt, as its faults see it.
#pragma once

#include <atomic>
#include <cstdint>
#include <stop_token>
#include <utility>

#include "harness/faults/target_access.h"
#include "harness/process/process.h"
#include "harness/runner/box/black_box_file.h"
#include "harness/runner/faults/order_pipe.h"
#include "harness/scenario/scenario.h"

namespace heapstorm {

class RunningTarget final : public TargetAccess {
 public:
  // `box` must outlive it.
  RunningTarget(const Scenario& scenario, BlackBoxFile& box, OrderPipe orders);

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
  void await_orders(std::uint32_t kind) override { orders_.await(kind, stop_); }
  bool goes_step_by_step() const override { return goes_step_by_step_; }
  std::uint32_t next_worker() override { return turn_++ % workers_; }
  int pid() const override { return process_->pid(); }
  void signal(int number) override { process_->signal(number); }
  bool is_stopped() const override;
  std::uint64_t refused_accepts() const override { return box_.accepts_out_of_descriptors(); }

 private:
  BlackBoxFile& box_;
  OrderPipe orders_;
  std::uint32_t workers_;
  bool goes_step_by_step_;
  std::uint32_t turn_ = 0;
  Process* process_ = nullptr;
  std::stop_token stop_;
  std::atomic<std::uint64_t> clock_ticks_ = 0;
};

}  // namespace heapstorm
