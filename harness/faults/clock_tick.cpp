// clock_tick: the target's clock moves on. What a server renews once a second is renewed as often as the plan wants.
#include "harness/faults/common_parameters.h"
#include "harness/faults/fault_table.h"

namespace heapstorm::faults {
namespace {

class Tick final : public Injector {
 public:
  explicit Tick(std::uint32_t step_s) : step_s_(step_s) {}
  bool inject(TargetAccess& target) override {
    target.advance_clock(step_s_);
    return true;
  }

 private:
  std::uint32_t step_s_;
};

class ClockTick final : public FaultKind {
 public:
  ClockTick()
      : FaultKind({.name = "clock_tick",
                   .effect = "the target's clock moves on",
                   .parameters = {every_ms,
                                  every_opens,
                                  {.name = "step_s", .unit = "seconds", .min = 1, .max = 31536000, .usual = 1}},
                   .alternatives = {one_period},
                   .needs_plugin = true}) {}

  // A second that is left out would be missing from the target's day.
  Trigger trigger(const Values& values) const override {
    Trigger trigger = FaultKind::trigger(values);
    trigger.makes_up = true;
    return trigger;
  }

  std::unique_ptr<Injector> make_injector(const Values& values) const override {
    return std::make_unique<Tick>(values.number_or("step_s", 1));
  }

  // Two ticks between two looks at the clock are one to the target.
  std::optional<std::uint64_t> observed(const Values&, const FaultEvidence& evidence) const override {
    return evidence.target == nullptr ? std::nullopt : std::optional(evidence.target->clock_ticks_seen);
  }
};

}  // namespace

const FaultKind& clock_tick() {
  static const ClockTick kind;
  return kind;
}

}  // namespace heapstorm::faults
