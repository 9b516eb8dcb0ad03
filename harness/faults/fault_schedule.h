// A FaultSchedule: carries out the faults of a plan when they fall due, by wall time, by opens, or once after so much
// time or so many findings. A storm has two: one for what happens between its opens, one for what happens beside it.
//
// Used by one thread; the counts may be read by any.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "harness/faults/cadence.h"
#include "harness/faults/fault_kind.h"

namespace heapstorm {

class FaultSchedule {
 public:
  // Those of `faults` that happen at this site. `faults` and `target` must outlive it.
  FaultSchedule(const std::vector<Fault>& faults, InjectionSite site, TargetAccess& target);

  // Times are of one steady clock, in microseconds. Before begin() nothing falls due.
  void begin(std::int64_t now_us);
  // What is due by wall time, or now that the target has so many findings.
  void poll(std::int64_t now_us, std::uint64_t findings = 0);
  // When poll() has to be called next for the sake of time; the greatest value if never.
  std::int64_t next_us() const;
  // What is due now that so many opens are complete. Call it before every open, so that it always lies between two.
  void before_open(std::uint64_t opens);
  // Takes back what lasts, and waits for what is under way. From then on only what waits for a time or for findings
  // happens.
  void end();

  // Whether one still waits for findings.
  bool waits_for_findings() const;

  // How often it was injected so far, and seen to be taken. 0 of a fault that does not happen here.
  std::uint64_t injected(const Fault& fault) const;
  std::uint64_t observed(const Fault& fault) const;

 private:
  struct Entry {
    const Fault* fault;
    Trigger trigger;
    std::unique_ptr<Injector> injector;
    Cadence cadence;
    bool once_is_done = false;
    std::optional<std::int64_t> end_us;  // of what lasts
    std::atomic<std::uint64_t> injected{0};
  };

  bool may_go_on(const Entry& entry) const;
  void inject(Entry& entry, std::uint32_t times);
  void poll_one(Entry& entry, std::int64_t now_us, std::uint64_t findings);
  void end_one(Entry& entry);
  bool once_is_due(const Entry& entry, std::int64_t now_us, std::uint64_t findings) const;

  TargetAccess& target_;
  std::optional<std::int64_t> begun_us_;
  std::deque<Entry> entries_;  // which never move
};

}  // namespace heapstorm
