#include "harness/faults/fault_kind.h"

#include <algorithm>
#include <limits>

namespace heapstorm {
namespace {

std::uint64_t due_in(const Trigger& trigger, const StormExtent& storm) {
  if (trigger.after_ms || trigger.after_findings) return 1;
  // Between opens: the plan has the number.
  if (trigger.every_opens && storm.connections > 0) return (storm.connections - 1) / *trigger.every_opens;
  // By wall time, for as long as the storm lasts.
  return trigger.every_ms ? storm.duration_ms / *trigger.every_ms : 0;
}

}  // namespace

std::optional<FaultMistake> FaultKind::mistake(const Values&, std::uint32_t) const {
  return std::nullopt;
}

double FaultKind::share_of_operations(const Values&) const {
  return 0;
}

bool FaultKind::happens(const Values& values) const {
  return values.number("times") != 0u;
}

Trigger FaultKind::trigger(const Values& values) const {
  return {.every_ms = values.number("every_ms"),
          .every_opens = values.number("every_opens"),
          .after_ms = values.number("after_ms"),
          .after_findings = values.number("after_findings"),
          .times = values.number("times"),
          .for_ms = {}};
}

std::uint64_t FaultKind::planned(const Values& values, const StormExtent& storm) const {
  const Trigger when = trigger(values);
  return std::min<std::uint64_t>(due_in(when, storm), when.times.value_or(std::numeric_limits<std::uint32_t>::max()));
}

std::unique_ptr<Injector> FaultKind::make_injector(const Values&) const {
  return nullptr;
}

std::vector<std::string> FaultKind::host_options(const Values&) const {
  return {};
}

std::uint64_t FaultKind::injected_in_heap(const heapstorm_box_control&) const {
  return 0;
}

std::uint64_t FaultKind::planned_in_heap(const Values&, std::uint64_t injected) const {
  return injected;
}

int FaultKind::signal_number(const Values&) const {
  return 0;
}

std::string FaultKind::name_in_report(const Values&) const {
  return std::string(traits_.name);
}

std::optional<std::uint64_t> FaultKind::observed(const Values&, const FaultEvidence&) const {
  return std::nullopt;
}

std::vector<std::string> host_options(const std::vector<Fault>& faults, std::uint64_t seed) {
  std::vector<std::string> words;
  bool any_draws = false;
  for (const Fault& fault : faults) {
    if (!fault.kind->happens(fault.values)) continue;
    const std::vector<std::string> added = fault.kind->host_options(fault.values);
    words.insert(words.end(), added.begin(), added.end());
    any_draws |= fault.kind->traits().site == InjectionSite::in_heap;
  }
  if (any_draws) words.insert(words.end(), {"--perturb-seed", std::to_string(seed)});
  return words;
}

}  // namespace heapstorm
