// The FindingsSoFar: which of the findings that a scenario expects, and that its storm goes on for, the target has
// shown while it still runs. It reads the black box, the sanitizers' logs and a command's last words, and means the
// same by a pattern as the verdict.
//
// Used by one thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "harness/findings/finding.h"
#include "harness/runner/box/black_box_file.h"
#include "harness/runner/run_directory.h"
#include "harness/runner/target/target.h"
#include "harness/runner/verdict.h"
#include "harness/scenario/awaited.h"
#include "harness/scenario/scenario.h"

namespace heapstorm {

class FindingsSoFar {
 public:
  // `box` must outlive it.
  FindingsSoFar(const Scenario& scenario, const std::string& flavour, const BlackBoxFile& box, RunDirectory directory,
                TargetTraits traits);

  // Whether there is anything to go on for in this flavour.
  bool awaits_any() const { return !awaited_.empty(); }
  // Looks at all that is new. A log that grows is read anew, which can take longer than a storm's client may stand
  // still: `certain` does it anyway, `cheap` only where such looks take no more than a tenth of the time.
  enum class Look { certain, cheap };
  bool has_all(Look look = Look::certain);
  // Between two rounds of a storm, after so many of them. Waits a moment after the first for what its last connections
  // led to: a finding, or the target's death, which is a stop request.
  bool wants_another_round(std::uint32_t rounds, const std::stop_token& stop);
  // Whether more connections are worth their time, after so many rounds, `further_ms` after the first. By what
  // has_all() saw last.
  bool goes_on(std::uint32_t rounds, std::uint64_t further_ms) const;

 private:
  struct Awaited {
    FindingPattern pattern;
    bool found = false;
  };

  void look_at_box();
  void look_at_logs();
  void note(const std::vector<Finding>& findings);
  bool lacks(Waiting waiting) const;

  const BlackBoxFile& box_;
  RunDirectory directory_;
  TargetTraits traits_;
  bool asked_for_;       // by the scenario's `until`: no bound but the limit of time
  bool has_other_goal_;  // which alone ends the storm
  std::chrono::steady_clock::time_point first_round_end_{};
  std::vector<Awaited> awaited_;
  std::uint64_t findings_seen_ = 0;
  std::uint64_t bytes_seen_ = 0;
  std::chrono::steady_clock::time_point next_cheap_look_{};
};

}  // namespace heapstorm
