// The signals that a plan sends to the target, each once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "harness/process/process.h"
#include "harness/scenario/scenario.h"

namespace heapstorm {

class SignalFaults {
 public:
  explicit SignalFaults(const std::vector<Fault>& faults);

  // Sends what is due by now, and looks whether the target has stopped or gone on since it was told to.
  void poll(std::uint64_t findings, std::uint64_t elapsed_ms, Process& target);

  // Whether one still waits for findings.
  bool waits_for_findings() const;
  bool sent(int signal_number) const { return sent_.contains(signal_number); }
  std::uint64_t times_sent(int signal_number) const;
  std::uint64_t sent_in_all() const;
  // How often SIGSTOP or SIGCONT was seen to do what it does; of other signals nothing is seen while the target lives.
  std::optional<std::uint64_t> times_seen(int signal_number) const;

 private:
  void look(int pid);

  std::vector<SignalFault> waiting_;
  std::map<int, std::uint64_t> sent_, seen_;  // by number
  int unseen_ = 0;                            // the last SIGSTOP or SIGCONT, until it is seen; 0: none
};

}  // namespace heapstorm
