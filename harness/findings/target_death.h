// The target's death as a finding.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/findings/finding.h"
#include "harness/findings/target_fault.h"

namespace heapstorm {

// How the target ended, and what is known about why. Either `code` or `signal` is set.
struct TargetDeath {
  std::optional<int> code;
  std::optional<int> signal;
  std::uint64_t at_ms = 0;
  std::optional<int> signal_sent;  // a signal that the plan or the runner sent it; dying of that one is no finding
  bool policy_aborts =
      false;  // policy `abort` is on and the owner heap recorded a finding: SIGABRT is the policy's doing
  std::optional<TargetFault> fault{};  // what it died of, if that was recorded
  std::string last_words{};            // what it said of its abort: "the target wrote: ..."; "" if nothing
  bool sanitizer_reported = false;  // a sanitizer's log has a report: its exit code or SIGABRT is the sanitizer's doing
};

// SIGSEGV of an access near null: "null_deref". SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS: "crash"; SIGABRT:
// "abort"; another signal or an exit code that is not 0: "unexpected_exit". Nothing if it ended as it should.
std::optional<Finding> finding_of_death(const TargetDeath& death);

}  // namespace heapstorm
