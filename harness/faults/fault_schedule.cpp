#include "harness/faults/fault_schedule.h"

#include <algorithm>
#include <limits>

#include "harness/faults/fault_table.h"

namespace heapstorm {
namespace {

constexpr std::int64_t us_per_ms = 1000;

}  // namespace

FaultSchedule::FaultSchedule(const std::vector<Fault>& faults, InjectionSite site, TargetAccess& target)
    : target_(target) {
  for (const FaultKind* kind : fault_kinds()) {
    if (kind->traits().site != site) continue;
    for (const Fault& fault : faults) {
      if (fault.kind != kind) continue;
      Entry& entry = entries_.emplace_back();
      entry.fault = &fault;
      entry.trigger = kind->trigger(fault.values);
      entry.injector = kind->make_injector(fault.values);
    }
  }
}

void FaultSchedule::begin(std::int64_t now_us) {
  begun_us_ = now_us;
  for (Entry& entry : entries_) entry.cadence = Cadence(entry.trigger.every_ms, entry.trigger.every_opens, now_us);
}

void FaultSchedule::poll(std::int64_t now_us, std::uint64_t findings) {
  if (!begun_us_) return;
  for (Entry& entry : entries_) poll_one(entry, now_us, findings);
}

void FaultSchedule::poll_one(Entry& entry, std::int64_t now_us, std::uint64_t findings) {
  entry.injector->look(target_);
  if (entry.end_us && now_us >= *entry.end_us) end_one(entry);
  if (once_is_due(entry, now_us, findings)) {
    entry.once_is_done = true;
    return inject(entry, 1);
  }
  // What still lasts does not begin again.
  const std::uint32_t due = entry.end_us ? 0 : entry.cadence.due_by_time(now_us);
  const std::uint64_t before = entry.injected;
  inject(entry, entry.trigger.makes_up ? due : std::min(due, 1u));
  if (entry.trigger.for_ms && entry.injected > before) entry.end_us = now_us + *entry.trigger.for_ms * us_per_ms;
}

bool FaultSchedule::once_is_due(const Entry& entry, std::int64_t now_us, std::uint64_t findings) const {
  if (entry.once_is_done) return false;
  const Trigger& trigger = entry.trigger;
  return (trigger.after_findings && findings >= *trigger.after_findings) ||
         (trigger.after_ms && now_us - *begun_us_ >= *trigger.after_ms * us_per_ms);
}

std::int64_t FaultSchedule::next_us() const {
  std::int64_t next = std::numeric_limits<std::int64_t>::max();
  for (const Entry& entry : entries_) {
    if (may_go_on(entry)) next = std::min(next, entry.cadence.next_us());
  }
  return next;
}

void FaultSchedule::before_open(std::uint64_t opens) {
  for (Entry& entry : entries_) inject(entry, entry.cadence.due_by_opens(opens));
}

bool FaultSchedule::may_go_on(const Entry& entry) const {
  return !entry.trigger.times || entry.injected < *entry.trigger.times;
}

void FaultSchedule::inject(Entry& entry, std::uint32_t times) {
  for (; times > 0 && may_go_on(entry); --times) {
    if (entry.injector->inject(target_)) ++entry.injected;
  }
}

void FaultSchedule::end_one(Entry& entry) {
  entry.end_us.reset();
  entry.injector->end(target_);
}

void FaultSchedule::end() {
  for (Entry& entry : entries_) {
    end_one(entry);
    entry.cadence = Cadence();
  }
}

bool FaultSchedule::waits_for_findings() const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [](const Entry& entry) { return entry.trigger.after_findings && !entry.once_is_done; });
}

std::uint64_t FaultSchedule::injected(const Fault& fault) const {
  for (const Entry& entry : entries_) {
    if (entry.fault == &fault) return entry.injected;
  }
  return 0;
}

std::uint64_t FaultSchedule::observed(const Fault& fault) const {
  for (const Entry& entry : entries_) {
    if (entry.fault == &fault) return entry.injector->observed();
  }
  return 0;
}

}  // namespace heapstorm
