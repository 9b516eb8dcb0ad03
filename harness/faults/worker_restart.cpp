// worker_restart: a worker of the target ends, its connections with it, and another takes its place.
#include "harness/faults/common_parameters.h"
#include "harness/faults/fault_table.h"

namespace heapstorm::faults {
namespace {

class Restart final : public Injector {
 public:
  explicit Restart(std::optional<std::uint32_t> worker) : worker_(worker) {}

  // A target that takes longer than the plan's period is not given ever more to do.
  bool inject(TargetAccess& target) override {
    if (target.has_open_orders(HEAPSTORM_ORDER_RESTART)) return false;
    const std::uint32_t worker = worker_ ? *worker_ : target.next_worker();
    const bool given = target.order({.kind = HEAPSTORM_ORDER_RESTART, .worker = worker, .time_us = 0});
    if (given && target.goes_step_by_step()) target.await_orders(HEAPSTORM_ORDER_RESTART);
    return given;
  }

  // A target that is told to stop carries out nothing more.
  void end(TargetAccess& target) override { target.await_orders(HEAPSTORM_ORDER_RESTART); }

 private:
  std::optional<std::uint32_t> worker_;
};

class WorkerRestart final : public FaultKind {
 public:
  WorkerRestart()
      : FaultKind({.name = "worker_restart",
                   .effect = "a worker thread of the target ends and another takes its place",
                   .parameters = {every_ms, every_opens, worker},
                   .alternatives = {one_period},
                   .needs_plugin = true,
                   .gives_orders = true,
                   .keeps_from_serving = true,
                   .series = "worker_restarts"}) {}

  std::optional<FaultMistake> mistake(const Values& values, std::uint32_t workers) const override {
    return no_such_worker(values, workers);
  }

  std::unique_ptr<Injector> make_injector(const Values& values) const override {
    return std::make_unique<Restart>(values.number("worker"));
  }

  // Completed: the new thread serves.
  std::optional<std::uint64_t> observed(const Values&, const FaultEvidence& evidence) const override {
    return evidence.target == nullptr ? std::nullopt
                                      : std::optional(evidence.target->orders_done[HEAPSTORM_ORDER_RESTART]);
  }
};

}  // namespace

const FaultKind& worker_restart() {
  static const WorkerRestart kind;
  return kind;
}

}  // namespace heapstorm::faults
