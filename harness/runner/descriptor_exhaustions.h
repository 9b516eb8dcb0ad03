// The times in which the plan lets the target open no further descriptor: its limit is lowered from here, so that any
// program may be the target.
#pragma once

#include <sys/resource.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "harness/runner/black_box_file.h"
#include "harness/scenario/scenario.h"

namespace heapstorm {

class DescriptorExhaustions {
 public:
  explicit DescriptorExhaustions(const std::vector<Fault>& faults);

  // Begins or ends what is due by now. `pid` is the target's, alive or not yet reaped.
  void poll(std::uint64_t elapsed_ms, int pid, const BlackBoxFile& box);
  // Gives the target back what it had.
  void end(int pid, const BlackBoxFile& box);

  std::uint64_t injected() const { return injected_; }
  // In so many of them target_host could not accept.
  std::uint64_t observed() const { return observed_; }

 private:
  void begin(int pid, const BlackBoxFile& box);

  std::optional<DescriptorExhaustion> plan_;
  std::uint64_t next_ms_ = 0;
  std::uint64_t end_ms_ = 0;
  std::optional<rlimit> taken_;  // what to give back; nothing: the target has all it had
  std::uint64_t refusals_before_ = 0;
  std::uint64_t injected_ = 0, observed_ = 0;
};

}  // namespace heapstorm
