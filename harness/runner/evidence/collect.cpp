#include "harness/runner/evidence/collect.h"

#include <algorithm>
#include <csignal>
#include <iterator>
#include <string>
#include <vector>

#include "harness/files/text_file.h"
#include "harness/findings/black_box_reader.h"
#include "harness/findings/deduplicate.h"
#include "harness/findings/fingerprint.h"
#include "harness/findings/owner_heap_findings.h"
#include "harness/findings/symbolizer.h"
#include "harness/findings/target_death.h"
#include "harness/runner/evidence/blind_spots.h"
#include "harness/runner/evidence/coverage.h"
#include "harness/runner/evidence/load_verdict.h"
#include "harness/runner/evidence/logged_findings.h"
#include "harness/runner/evidence/storm_notes.h"
#include "harness/runner/target/sanitizer_environment.h"
#include "harness/runner/verdict.h"

namespace heapstorm {
namespace {

bool ended_at_start(EndReason reason) {
  return reason == EndReason::died_at_start || reason == EndReason::never_listened;
}

std::vector<Finding> from_black_box(const Evidence& evidence, RunResult& result) {
  const BlackBoxReader box(evidence.box.bytes());
  // A target that never came as far as its heap has an empty box, which is no damage.
  const bool may_be_empty = ended_at_start(result.end_reason) || result.end_reason == EndReason::interrupted;
  if (box.header().magic != 0 || !may_be_empty) {
    for (const std::string& damage : box.damage()) result.notes.push_back("black box: " + damage);
  }
  if (const std::uint64_t dropped = box.control().dropped; dropped != 0) {
    result.notes.push_back("black box: " + std::to_string(dropped) + " records no longer fitted");
  }
  result.coverage = measure_coverage(box, evidence.scenario.target.workers);
  Symbolizer symbolizer({.stop = evidence.options.stop});
  std::vector<Finding> findings = owner_heap_findings(box, symbolizer);
  if (!findings.empty() && !symbolizer.problem().empty()) result.notes.push_back(symbolizer.problem());
  return findings;
}

// A signal of ours that the target died of: the plan's, or the one that ended its hang.
std::optional<int> signal_of_ours(const Evidence& evidence, const RunResult& result) {
  if (!result.exit.signal) return std::nullopt;
  const int number = *result.exit.signal;
  const bool planned = evidence.faults.signals_sent.contains(number);
  const bool stopping = number == SIGTERM || number == SIGKILL;
  const bool by_itself = result.end_reason == EndReason::target_died;
  return planned || (stopping && !by_itself) ? std::optional(number) : std::nullopt;
}

// What the C or C++ library said before it called abort(). Of a command, that is a finding of its own.
std::string last_words_of_abort(const Evidence& evidence, const RunResult& result) {
  if (result.exit.signal != SIGABRT || !evidence.traits.writes_black_box) return "";
  const std::vector<Finding> said = findings_on_stderr(evidence.options.directory, result.duration_ms);
  return said.empty() ? "" : said.back().summary;
}

std::optional<Finding> from_death(const Evidence& evidence, const RunResult& result, bool heap_found,
                                  bool sanitizer_found) {
  if (ended_at_start(result.end_reason)) return std::nullopt;  // the end reason says it
  Symbolizer symbolizer({.stop = evidence.options.stop});
  const bool told_to_stop = result.exit.code == 128 + SIGTERM && result.end_reason != EndReason::target_died;
  return finding_of_death({.code = told_to_stop ? 0 : result.exit.code,
                           .signal = result.exit.signal,
                           .at_ms = result.duration_ms,
                           .signal_sent = signal_of_ours(evidence, result),
                           .policy_aborts = heap_found && evidence.scenario.target.heap.policy == Policy::abort,
                           .fault = fault_of(BlackBoxReader(evidence.box.bytes()), symbolizer),
                           .last_words = last_words_of_abort(evidence, result),
                           .sanitizer_reported = sanitizer_found});
}

Finding made_finding(std::string kind, std::string source, std::string summary, const RunResult& result) {
  Finding finding;
  finding.kind = std::move(kind);
  finding.severity = "error";
  finding.source = std::move(source);
  finding.summary = std::move(summary);
  finding.at_ms = result.duration_ms;
  finding.fingerprint = fingerprint(finding);
  return finding;
}

// Whether the run says anything about its expectations: nothing found in a run that did not happen is no success.
bool is_whole(const RunResult& result) {
  const bool served = !ended_at_start(result.end_reason) || !result.findings.empty();
  return served && result.end_reason != EndReason::interrupted && result.end_reason != EndReason::never_listened;
}

void add_violations(const RunResult& result, std::vector<Finding>& findings) {
  for (const auto& [violation, count] : result.storm.violations) {
    if (violation.kind != Violation::Kind::negotiation) continue;
    findings.push_back(made_finding("protocol_violation", "protocol", violation.words, result));
    findings.back().count = count;
  }
}

void add_silence(const Evidence& evidence, const RunResult& result, std::vector<Finding>& findings) {
  if (evidence.seen.growth) {
    findings.push_back(made_finding("resource_growth", "exit", *evidence.seen.growth, result));
  }
  if (evidence.seen.silence) {
    findings.push_back(made_finding("hang", "protocol", *evidence.seen.silence, result));
  } else if (evidence.seen.ignored_sigterm) {
    findings.push_back(made_finding("hang", "exit",
                                    "the target did not end within " + std::to_string(evidence.scenario.limits.stop_s) +
                                        " s of SIGTERM and was killed",
                                    result));
  }
  if (result.end_reason == EndReason::target_died && result.exit.code == 0) {
    findings.push_back(made_finding("unexpected_exit", "exit", "the target ended by itself, with code 0", result));
  }
  const bool alive = result.end_reason == EndReason::completed || result.end_reason == EndReason::target_hung;
  if (alive && result.storm.end == StormEnd::refused) {
    findings.push_back(
        made_finding("protocol_violation", "protocol", "the target refuses connections but has not ended", result));
  }
  add_violations(result, findings);
}

void note_blind_spots(const Evidence& evidence, RunResult& result) {
  std::vector<std::string> spots = find_blind_spots(result.flavour, evidence.scenario.target.heap);
  std::move(spots.begin(), spots.end(), std::back_inserter(result.notes));
}

void say_what_it_was(const Evidence& evidence, RunResult& result) {
  const RunOptions& options = evidence.options;
  result.tool_version = options.tool_version;
  result.started_at_ms = options.started_at_ms;
  result.compiler = __VERSION__;
  result.flavour = options.flavour;
  result.scenario = evidence.scenario.name;
  result.scenario_file = options.scenario_file;
  result.seed = options.seed;
  result.family = evidence.name.family;
  result.variant = evidence.name.variant;
  result.workers = evidence.scenario.target.workers;
  result.rerun = options.rerun;
  result.directory = options.directory.path;
}

}  // namespace

bool is_orderly_exit(const ProcessExit& exit) {
  return exit.signal == SIGTERM || exit.code == 0 || exit.code == 128 + SIGTERM || exit.code == sanitizer_exit_code;
}

void collect(const Evidence& evidence, RunResult& result) {
  say_what_it_was(evidence, result);
  const bool has_box = evidence.traits.writes_black_box;
  std::vector<Finding> findings = has_box ? from_black_box(evidence, result) : std::vector<Finding>();
  const bool heap_found = !findings.empty();
  std::vector<Finding> logged = findings_in_sanitizer_logs(evidence.options.directory);
  if (!has_box && logged.empty()) logged = findings_on_stderr(evidence.options.directory, result.duration_ms);
  std::vector<Finding> watched = findings_in_valgrind_logs(evidence.options.directory);
  std::move(watched.begin(), watched.end(), std::back_inserter(logged));
  const bool sanitizer_found = !logged.empty();
  std::move(logged.begin(), logged.end(), std::back_inserter(findings));
  if (auto death = from_death(evidence, result, heap_found, sanitizer_found)) findings.push_back(std::move(*death));
  add_silence(evidence, result, findings);
  if (has_box) note_blind_spots(evidence, result);
  note_storm(result.storm, result.notes);
  result.findings = deduplicate(std::move(findings));
  FaultWitnesses faults = evidence.faults;
  if (has_box) faults.target = BlackBoxReader(evidence.box.bytes()).control();
  result.faults = count_faults(evidence.scenario, faults, result);
  result.expectations = judge(evidence.scenario.expect, result.flavour, result.findings);
  // What they say of the load comes last.
  std::vector<Expectation> of_load = judge_load(evidence.scenario, result, evidence.seen.partly_answered);
  std::move(of_load.begin(), of_load.end(), std::back_inserter(result.expectations));
  result.passed = all_met(result.expectations) && is_whole(result);
}

}  // namespace heapstorm
