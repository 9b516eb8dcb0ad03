#include "harness/runner/evidence/findings_so_far.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "harness/findings/black_box_reader.h"
#include "harness/runner/evidence/logged_findings.h"

namespace heapstorm {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds last_findings_timeout{200};
constexpr std::chrono::milliseconds poll_period{1};
constexpr int share_of_looks = 10;  // one part in so many of the time

std::uint64_t ms_between(Clock::time_point begin, Clock::time_point end) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(end - begin).count());
}

// As much of each as a pattern can ask for.
std::vector<Finding> findings_in(const BlackBoxReader& box) {
  std::vector<Finding> findings;
  for (const RawFinding& raw : box.findings()) {
    Finding& finding = findings.emplace_back();
    finding.kind = kind_name(raw.record.kind);
    finding.block.emplace().tag = box.name(raw.record.tag).value_or("");
  }
  return findings;
}

}  // namespace

FindingsSoFar::FindingsSoFar(const Scenario& scenario, const std::string& flavour, const BlackBoxFile& box,
                             RunDirectory directory, TargetTraits traits)
    : box_(box),
      directory_(std::move(directory)),
      traits_(traits),
      asked_for_(scenario.load.until == Goal::findings),
      has_other_goal_(scenario.load.until && !asked_for_) {
  for (FindingPattern& pattern : those_of(flavour, scenario.expect.findings)) {
    if (waiting_for(pattern) != Waiting::none) awaited_.push_back({std::move(pattern)});
  }
}

bool FindingsSoFar::has_all(Look look) {
  look_at_box();
  const auto begin = Clock::now();
  if (look == Look::certain || begin >= next_cheap_look_) {
    look_at_logs();
    const auto end = Clock::now();
    next_cheap_look_ = end + (share_of_looks - 1) * (end - begin);
  }
  return std::all_of(awaited_.begin(), awaited_.end(), [](const Awaited& one) { return one.found; });
}

bool FindingsSoFar::wants_another_round(std::uint32_t rounds, const std::stop_token& stop) {
  if (!awaits_any() || has_other_goal_) return false;
  const auto now = Clock::now();
  if (rounds == 1) first_round_end_ = now;
  const auto deadline = rounds == 1 ? now + last_findings_timeout : now;
  while (!has_all()) {
    if (stop.stop_requested()) return false;
    if (Clock::now() >= deadline) return goes_on(rounds, ms_between(first_round_end_, now));
    std::this_thread::sleep_for(poll_period);
  }
  return false;
}

bool FindingsSoFar::goes_on(std::uint32_t rounds, std::uint64_t further_ms) const {
  const bool lacks_some = lacks(Waiting::some_rounds);
  if (lacks(Waiting::to_the_end) || (asked_for_ && lacks_some)) return true;
  return lacks_some && rounds <= max_further_rounds && further_ms < max_further_ms;
}

bool FindingsSoFar::lacks(Waiting waiting) const {
  return std::any_of(awaited_.begin(), awaited_.end(),
                     [&](const Awaited& one) { return !one.found && waiting_for(one.pattern) == waiting; });
}

void FindingsSoFar::look_at_box() {
  const std::uint64_t findings = box_.findings();
  if (!traits_.writes_black_box || findings == findings_seen_) return;
  findings_seen_ = findings;
  note(findings_in(BlackBoxReader(box_.bytes())));
}

void FindingsSoFar::look_at_logs() {
  const std::uint64_t bytes = logged_bytes(directory_);
  if (bytes == bytes_seen_) return;
  bytes_seen_ = bytes;
  note(findings_in_sanitizer_logs(directory_));
  if (!traits_.writes_black_box) note(findings_on_stderr(directory_, 0));
}

void FindingsSoFar::note(const std::vector<Finding>& findings) {
  for (Awaited& one : awaited_) {
    one.found = one.found || std::any_of(findings.begin(), findings.end(),
                                         [&](const Finding& finding) { return matches(one.pattern, finding); });
  }
}

}  // namespace heapstorm
