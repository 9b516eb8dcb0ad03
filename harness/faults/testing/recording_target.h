// A TargetAccess that writes down what is done to the target, and says of it what the test wants.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "harness/faults/target_access.h"

namespace heapstorm::test {

struct RecordingTarget : TargetAccess {
  std::vector<std::string> deeds;
  bool takes_orders = true;
  bool has_open = false;
  bool stepwise = false;
  bool stopped = false;
  std::uint64_t refused = 0;
  std::uint32_t turn = 0;

  void advance_clock(std::uint32_t seconds) override { add("tick", seconds); }
  void jump_clock(std::int64_t seconds) override { add("jump", seconds); }
  bool order(const heapstorm_worker_order& order) override {
    add(order.kind == HEAPSTORM_ORDER_RESTART ? "restart" : "stall", order.worker);
    if (order.time_us > 0) deeds.back() += " for " + std::to_string(order.time_us);
    return takes_orders;
  }
  bool has_open_orders(std::uint32_t) const override { return has_open; }
  void await_orders(std::uint32_t) override { deeds.push_back("await"); }
  bool goes_step_by_step() const override { return stepwise; }
  std::uint32_t next_worker() override { return turn++; }
  int pid() const override { return ::getpid(); }
  void signal(int number) override { add("signal", number); }
  bool is_stopped() const override { return stopped; }
  std::uint64_t refused_accepts() const override { return refused; }

  void add(const std::string& deed, std::int64_t number) { deeds.push_back(deed + " " + std::to_string(number)); }
  // What was done since the last call.
  std::vector<std::string> take() { return std::exchange(deeds, {}); }
};

}  // namespace heapstorm::test
