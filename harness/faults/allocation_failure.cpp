// allocation_failure: allocations of the target's owner heaps give null while it serves: the n-th, or one in so many as
// the seed draws.
#include "harness/faults/common_parameters.h"
#include "harness/faults/fault_table.h"

namespace heapstorm::faults {
namespace {

class AllocationFailure final : public FaultKind {
 public:
  AllocationFailure()
      : FaultKind({.name = "allocation_failure",
                   .effect = "allocations of the target's owner heaps give null",
                   .site = InjectionSite::in_heap,
                   .parameters = {{.name = "nth", .unit = "allocation", .min = 0, .max = 1000000000},
                                  {.name = "one_in", .unit = "allocations", .min = 0, .max = probability_one},
                                  {.name = "tag", .unit = "of blocks", .type = Parameter::Type::block_tag}},
                   .alternatives = {{"nth", "one_in"}},
                   .needs_plugin = true,
                   .keeps_from_serving = true,
                   .is_single = true,
                   .series = "allocation_failures"}) {}

  // "nth": 0 means none, as "one_in": 0 does; a plan says it in one way.
  void complete(Values& values) const override {
    if (values.number("nth") != 0u) return;
    values.remove("nth");
    values.set("one_in", 0);
  }

  bool happens(const Values& values) const override {
    return values.number_or("nth", 0) > 0 || values.number_or("one_in", 0) > 0;
  }

  std::vector<std::string> host_options(const Values& values) const override {
    std::vector<std::string> words;
    if (const auto nth = values.number("nth")) words = {"--fail-nth", std::to_string(*nth)};
    if (const auto one_in = values.number("one_in"); one_in && *one_in > 0) {
      words = {"--fail-probability", probability(*one_in)};
    }
    if (const auto tag = values.text("tag")) words.insert(words.end(), {"--fail-only-tag", *tag});
    return words;
  }

  std::uint64_t planned_in_heap(const Values& values, std::uint64_t injected) const override {
    return values.has("nth") ? 1 : injected;
  }

  std::uint64_t injected_in_heap(const heapstorm_box_control& target) const override {
    return target.allocation_failures;
  }

  // Survived: the same thread came to the heap once more.
  std::optional<std::uint64_t> observed(const Values&, const FaultEvidence& evidence) const override {
    return evidence.target == nullptr ? 0 : evidence.target->allocation_failures_survived;
  }
};

}  // namespace

const FaultKind& allocation_failure() {
  static const AllocationFailure kind;
  return kind;
}

}  // namespace heapstorm::faults
