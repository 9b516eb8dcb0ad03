#include "reports/text/summary.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/printable.h"
#include "harness/storm/storm_figures.h"
#include "reports/text/finding_text.h"

namespace heapstorm {
namespace {

std::string verdict_line(const RunResult& result, const SummaryStyle& style) {
  std::string word = result.passed ? "PASS" : "FAIL";
  if (style.colour) word = fmt::format("\033[1;{}m{}\033[0m", result.passed ? 32 : 31, word);
  return fmt::format("{}  {}  flavour {}, seed {}, {:.1f} s\n", word, printable(result.scenario),
                     printable(result.flavour), result.seed, static_cast<double>(result.duration_ms) / 1000);
}

std::string findings_text(const RunResult& result, std::size_t findings_shown) {
  if (result.findings.empty()) return "  found     nothing\n";
  // What nobody expected comes first: it is what a person has to look at.
  std::vector<const Finding*> ordered;
  for (const bool expected : {false, true}) {
    for (const Finding& finding : result.findings) {
      if (finding.expected == expected) ordered.push_back(&finding);
    }
  }
  std::string text;
  for (std::size_t i = 0; i < std::min(findings_shown, ordered.size()); ++i) text += to_text(*ordered[i]);
  if (ordered.size() > findings_shown) {
    text += fmt::format("  found     {} more, see the report\n", ordered.size() - findings_shown);
  }
  return text;
}

std::string expectations_text(const RunResult& result) {
  std::string text;
  for (const Expectation& expectation : result.expectations) {
    if (!expectation.met) text += fmt::format("  unmet     {}\n", printable(in_words(expectation)));
  }
  return text;
}

std::string exit_text(const ProcessExit& exit) {
  if (exit.signal) return fmt::format("signal {}", *exit.signal);
  if (exit.code) return fmt::format("exit code {}", *exit.code);
  return "no exit seen";
}

// Only what is out of the ordinary.
std::string end_text(const RunResult& result) {
  if (result.end_reason == EndReason::completed && result.exit.code == 0) return "";
  return fmt::format("  ended     {}: target's {}\n", to_string(result.end_reason), exit_text(result.exit));
}

std::string load_text(const StormResult& storm) {
  const std::string answered = storm.answers ? fmt::format(", {} answered", storm.answers->count) : "";
  const std::string kinds = errors_in_words(storm);
  const std::string late = storm.open_loop && storm.open_loop->late_starts > 0
                               ? fmt::format(", {} began late", storm.open_loop->late_starts)
                               : "";
  return fmt::format("  load      {} connections, {:.0f} per s, {} messages{}, {} errors{}{}\n", storm.connections,
                     connections_per_s(storm), storm.messages, answered, error_count(storm),
                     kinds.empty() ? "" : " (" + kinds + ")", late);
}

// Only where not all got through.
std::string sessions_text(const StormResult& storm) {
  if (!storm.sessions || storm.sessions->completed == storm.sessions->begun()) return "";
  const SessionCounts& sessions = *storm.sessions;
  std::string text = fmt::format("  sessions  {} of {} got through", sessions.completed, sessions.begun());
  if (sessions.cut > 0) text += fmt::format(", {} cut", sessions.cut);
  if (sessions.excused > 0) text += fmt::format(", {} excused for their clients' faults", sessions.excused);
  if (sessions.unfinished > 0) text += fmt::format(", {} unfinished", sessions.unfinished);
  return text + "\n";
}

// Not where all is as it should be in a storm of WebSockets.
std::string statuses_text(const StormResult& storm) {
  if (!storm.answers) return "";
  const auto& statuses = storm.answers->statuses;
  const bool all_upgraded = statuses.size() == 1 && statuses.contains(101);
  if (statuses.empty() || all_upgraded) return "";
  return fmt::format("  statuses  {}\n", statuses_in_words(statuses));
}

std::string latency_text(const StormResult& storm) {
  const auto quantiles = [](const LatencyUs& latency) {
    return fmt::format("p50 {} us, p99 {} us", latency.p50, latency.p99);
  };
  std::string text;
  if (storm.connections > 0) text += "opening " + quantiles(storm.latency_us);
  if (storm.answers && storm.answers->count > 0) {
    text += (text.empty() ? "answers " : "; answers ") + quantiles(storm.answers->latency_us);
  }
  return text.empty() ? "" : "  latency   " + text + "\n";
}

const char* goal_text(Goal goal) {
  return goal == Goal::findings ? "expected findings" : to_string(goal);
}

std::string why_not_reached(const RunResult& result) {
  switch (result.storm.until->ended_by) {
    case StormEnd::completed:
      break;
    case StormEnd::time_limit:
      return "the time was up";
    case StormEnd::stopped:
    case StormEnd::refused:
      return "the storm ended before";
  }
  if (result.storm.rounds == 1) return "all connections of the plan were made";
  return fmt::format("after {} rounds of the plan's connections", result.storm.rounds);
}

std::string until_text(const RunResult& result) {
  if (!result.storm.until) return "";
  const GoalResult& until = *result.storm.until;
  const std::string goal = fmt::format("  until     all {}: ", goal_text(until.goal));
  if (until.reached) return goal + fmt::format("reached after {} connections, {} ms\n", until.connections, until.at_ms);
  const bool showed_later = until.goal == Goal::findings && result.passed;
  return goal + "NOT reached, " + why_not_reached(result) +
         (showed_later ? "; the rest showed when the target ended\n" : "\n");
}

// Of a target that is not ours nothing is known about its threads.
std::string coverage_text(const Coverage& coverage) {
  if (coverage.workers == 0) return "";
  std::string text = fmt::format("  reached   {}/{} workers", coverage.workers_reached, coverage.workers);
  if (coverage.workers > 1 && !coverage.meetings.empty()) {
    const auto share = [all = pairs_in_all(coverage.workers)](const PairMatrix& matrix) {
      return fmt::format("{}/{}", pairs_reached(matrix), all);
    };
    text += fmt::format("; pairs: {} allocate-free, {} accept-close, {} meetings", share(coverage.alloc_free_pairs),
                        share(coverage.accept_close), share(coverage.meetings));
  }
  return text + "\n";
}

// Only where the server was watched: what it did in answer is then in run.json, kind by kind.
std::string faults_text(const RunResult& result) {
  std::uint64_t injected = 0;
  std::uint64_t answered = 0;
  for (const auto& [kind, count] : result.faults) {
    if (count.answers.empty()) continue;
    injected += count.injected;
    answered += count.observed.value_or(0);
  }
  if (injected == 0) return "";
  return fmt::format("  faults    {} of the clients injected and watched, {} answered by the server\n", injected,
                     answered);
}

std::string notes_text(const RunResult& result) {
  std::string text;
  for (const std::string& note : result.notes) text += fmt::format("  note      {}\n", printable(note));
  return text;
}

}  // namespace

std::string to_summary(const RunResult& result, const SummaryStyle& style) {
  std::string text = verdict_line(result, style);
  text += findings_text(result, style.findings_shown);
  text += expectations_text(result);
  text += end_text(result);
  text += load_text(result.storm);
  text += sessions_text(result.storm);
  text += statuses_text(result.storm);
  text += latency_text(result.storm);
  text += coverage_text(result.coverage);
  text += until_text(result);
  text += faults_text(result);
  text += notes_text(result);
  text += fmt::format("  again     {}\n", printable(result.rerun));
  if (!result.directory.empty()) text += fmt::format("  report    {}/run.json\n", printable(result.directory));
  return text;
}

}  // namespace heapstorm
