// worker_stall: a worker of the target sleeps at its next yield point, which every operation of its heap is one of.
// What it was about to do comes late, while the others go on.
#include "harness/faults/common_parameters.h"
#include "harness/faults/fault_table.h"

namespace heapstorm::faults {
namespace {

class Stall final : public Injector {
 public:
  Stall(std::optional<std::uint32_t> worker, std::uint32_t time_us) : worker_(worker), time_us_(time_us) {}

  bool inject(TargetAccess& target) override {
    const std::uint32_t worker = worker_ ? *worker_ : target.next_worker();
    return target.order({.kind = HEAPSTORM_ORDER_STALL, .worker = worker, .time_us = time_us_});
  }

 private:
  std::optional<std::uint32_t> worker_;
  std::uint32_t time_us_;
};

class WorkerStall final : public FaultKind {
 public:
  WorkerStall()
      : FaultKind({.name = "worker_stall",
                   .effect = "a worker thread of the target sleeps at its next yield point",
                   .parameters = {every_ms,
                                  every_opens,
                                  {.name = "for_us", .unit = "microseconds", .min = 1, .max = 10000000, .usual = 1000},
                                  worker,
                                  times},
                   .alternatives = {one_period},
                   .needs_plugin = true,
                   .gives_orders = true,
                   .keeps_from_serving = true,
                   .series = "worker_stalls"}) {}

  std::optional<FaultMistake> mistake(const Values& values, std::uint32_t workers) const override {
    return no_such_worker(values, workers);
  }

  std::unique_ptr<Injector> make_injector(const Values& values) const override {
    return std::make_unique<Stall>(values.number("worker"), values.number_or("for_us", 1000));
  }

  // The heap looks for orders only if it is told to.
  std::vector<std::string> host_options(const Values&) const override { return {"--yield-points", "1"}; }

  // A worker that was told again before it came to a yield point sleeps once.
  std::optional<std::uint64_t> observed(const Values&, const FaultEvidence& evidence) const override {
    return evidence.target == nullptr ? std::nullopt
                                      : std::optional(evidence.target->orders_done[HEAPSTORM_ORDER_STALL]);
  }
};

}  // namespace

const FaultKind& worker_stall() {
  static const WorkerStall kind;
  return kind;
}

}  // namespace heapstorm::faults
