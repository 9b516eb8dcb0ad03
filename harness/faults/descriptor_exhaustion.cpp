// descriptor_exhaustion: for a while the target can open no further descriptor. Its limit is lowered from outside, so
// that any program may be the target.
#include <sys/resource.h>

#include <algorithm>

#include "harness/faults/common_parameters.h"
#include "harness/faults/fault_table.h"

namespace heapstorm::faults {
namespace {

// So low that every descriptor up to there is taken in a server. Not 0: poll() refuses more entries than this.
constexpr rlim_t lowered_limit = 8;

class Exhaustion final : public Injector {
 public:
  // Descriptors that are open stay open, whatever the limit.
  bool inject(TargetAccess& target) override {
    rlimit before{};
    if (::prlimit(target.pid(), RLIMIT_NOFILE, nullptr, &before) != 0) return false;
    const rlimit lowered{std::min(lowered_limit, before.rlim_cur), before.rlim_max};
    refusals_before_ = target.refused_accepts();
    if (::prlimit(target.pid(), RLIMIT_NOFILE, &lowered, nullptr) != 0) return false;
    taken_ = before;
    return true;
  }

  void end(TargetAccess& target) override {
    if (!taken_) return;
    ::prlimit(target.pid(), RLIMIT_NOFILE, &*taken_, nullptr);
    taken_.reset();
    if (target.refused_accepts() > refusals_before_) ++observed_;
  }

 private:
  std::optional<rlimit> taken_;  // what to give back; nothing: the target has all it had
  std::uint64_t refusals_before_ = 0;
};

class DescriptorExhaustion final : public FaultKind {
 public:
  DescriptorExhaustion()
      : FaultKind(
            {.name = "descriptor_exhaustion",
             .effect = "the target can open no further descriptor for a while",
             .site = InjectionSite::beside,
             .parameters = {{.name = "every_ms", .unit = "milliseconds", .min = 2, .max = 3600000, .is_required = true},
                            {.name = "for_ms", .unit = "milliseconds", .min = 1, .max = 3600000},
                            times},
             .keeps_from_serving = true,
             .is_single = true,
             .series = "descriptor_exhaustions"}) {}

  void complete(Values& values) const override {
    if (!values.has("for_ms")) values.set("for_ms", std::max(1u, values.number_or("every_ms", 1000) / 10));
  }

  std::optional<FaultMistake> mistake(const Values& values, std::uint32_t) const override {
    const auto every_ms = values.number("every_ms"), for_ms = values.number("for_ms");
    if (!every_ms || !for_ms || *for_ms < *every_ms) return std::nullopt;
    return FaultMistake{
        "for_ms", "must be less than every_ms (" + std::to_string(*every_ms) + "), not " + std::to_string(*for_ms)};
  }

  Trigger trigger(const Values& values) const override {
    Trigger trigger = FaultKind::trigger(values);
    trigger.for_ms = values.number("for_ms");
    return trigger;
  }

  std::unique_ptr<Injector> make_injector(const Values&) const override { return std::make_unique<Exhaustion>(); }

  // What another program does when it has no descriptor left is not known.
  std::optional<std::uint64_t> observed(const Values&, const FaultEvidence& evidence) const override {
    return evidence.target == nullptr ? std::nullopt : std::optional(evidence.seen_by_injectors);
  }
};

}  // namespace

const FaultKind& descriptor_exhaustion() {
  static const DescriptorExhaustion kind;
  return kind;
}

}  // namespace heapstorm::faults
