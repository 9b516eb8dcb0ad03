// clock_jump: the target's clock jumps, forwards or backwards, as when it is set.
#include "harness/faults/common_parameters.h"
#include "harness/faults/fault_table.h"

namespace heapstorm::faults {
namespace {

constexpr std::uint32_t max_jump_s = 31536000;

class Jump final : public Injector {
 public:
  explicit Jump(std::int64_t step_s) : step_s_(step_s) {}
  bool inject(TargetAccess& target) override {
    target.jump_clock(step_s_);
    return true;
  }

 private:
  std::int64_t step_s_;
};

class ClockJump final : public FaultKind {
 public:
  ClockJump()
      : FaultKind({.name = "clock_jump",
                   .effect = "the target's clock jumps, forwards or backwards",
                   .parameters = {every_ms,
                                  every_opens,
                                  {.name = "forward_s", .unit = "seconds", .min = 1, .max = max_jump_s},
                                  {.name = "back_s", .unit = "seconds", .min = 1, .max = max_jump_s},
                                  times},
                   .alternatives = {one_period, {"forward_s", "back_s"}},
                   .needs_plugin = true,
                   .keeps_from_serving = true,
                   .series = "clock_jumps"}) {}

  std::unique_ptr<Injector> make_injector(const Values& values) const override {
    return std::make_unique<Jump>(std::int64_t{values.number_or("forward_s", 0)} - values.number_or("back_s", 0));
  }

  std::optional<std::uint64_t> observed(const Values&, const FaultEvidence& evidence) const override {
    return evidence.target == nullptr ? std::nullopt : std::optional(evidence.target->clock_jumps_seen);
  }
};

}  // namespace

const FaultKind& clock_jump() {
  static const ClockJump kind;
  return kind;
}

}  // namespace heapstorm::faults
