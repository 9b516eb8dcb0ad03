// heap_yield: of the target's heap operations and yield points while it serves, at one in so many the thread lets
// others run.
#include "harness/faults/common_parameters.h"
#include "harness/faults/fault_table.h"

namespace heapstorm::faults {
namespace {

class HeapYield final : public FaultKind {
 public:
  HeapYield()
      : FaultKind({.name = "heap_yield",
                   .effect = "threads of the target let others run at heap operations",
                   .site = InjectionSite::in_heap,
                   .parameters = {required(one_in)},
                   .needs_plugin = true,
                   .is_single = true}) {}

  double share_of_operations(const Values& values) const override { return share_of(values); }
  bool happens(const Values& values) const override { return share_of(values) > 0; }

  std::vector<std::string> host_options(const Values& values) const override {
    return {"--yield-probability", probability(values.number_or("one_in", 1))};
  }

  std::uint64_t injected_in_heap(const heapstorm_box_control& target) const override { return target.heap_yields; }
};

}  // namespace

const FaultKind& heap_yield() {
  static const HeapYield kind;
  return kind;
}

}  // namespace heapstorm::faults
