// The target's death as a finding, and what it died of.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/findings/black_box_reader.h"
#include "harness/findings/finding.h"
#include "harness/findings/symbolizer.h"

namespace heapstorm {

// The access to memory, or other deed of its own code, that killed the target, as its host recorded it in the black box
// (harness/host/fault_record.h).
struct TargetFault {
  int signal = 0;
  std::uint64_t address = 0;     // HEAPSTORM_ADDRESS_NON_CANONICAL: one that the processor has not
  bool stack_exhausted = false;  // the access was at the end of the thread's stack
  Side thread;                   // who, what it was doing, and where
};

// Nothing if the host recorded none: in the sanitizer flavours, most are the sanitizer's to report.
std::optional<TargetFault> fault_of(const BlackBoxReader& box, Symbolizer& symbolizer);

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
