// The signals that a plan sends to the target, each once.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "harness/runner/process.h"
#include "harness/scenario/scenario.h"

namespace heapstorm {

class SignalFaults {
 public:
  explicit SignalFaults(const std::vector<Fault>& faults);

  // Sends what is due by now.
  void poll(std::uint64_t findings, std::uint64_t elapsed_ms, Process& target);

  // Whether one still waits for findings.
  bool waits_for_findings() const;
  bool sent(int signal_number) const { return sent_.contains(signal_number); }

 private:
  std::vector<SignalFault> waiting_;
  std::set<int> sent_;
};

}  // namespace heapstorm
