// heap_delay: of the target's heap operations and yield points while it serves, one in so many sleeps for a while.
#include "harness/faults/common_parameters.h"
#include "harness/faults/fault_table.h"

namespace heapstorm::faults {
namespace {

class HeapDelay final : public FaultKind {
 public:
  HeapDelay()
      : FaultKind({.name = "heap_delay",
                   .effect = "threads of the target sleep at heap operations",
                   .site = InjectionSite::in_heap,
                   .parameters = {required(one_in),
                                  {.name = "up_to_us", .unit = "microseconds", .min = 1, .max = 1000000, .usual = 100}},
                   .needs_plugin = true,
                   .is_single = true}) {}

  double share_of_operations(const Values& values) const override { return share_of(values); }
  bool happens(const Values& values) const override { return share_of(values) > 0; }

  std::vector<std::string> host_options(const Values& values) const override {
    return {"--delay-probability", probability(values.number_or("one_in", 1)), "--delay-us",
            std::to_string(values.number_or("up_to_us", 100))};
  }

  std::uint64_t injected_in_heap(const heapstorm_box_control& target) const override { return target.heap_delays; }
};

}  // namespace

const FaultKind& heap_delay() {
  static const HeapDelay kind;
  return kind;
}

}  // namespace heapstorm::faults
