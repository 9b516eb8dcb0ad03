#include <fmt/format.h>

#include <algorithm>

#include "harness/base/hit_rate.h"
#include "harness/base/printable.h"
#include "reports/history/history_reports.h"
#include "reports/json/utc_time.h"

namespace heapstorm {
namespace {

constexpr std::size_t findings_shown = 50;
constexpr std::size_t points_shown = 30;  // of each scenario
constexpr std::size_t minute_digits = 16;

// "2026-11-22 05:59"
std::string minute_text(std::uint64_t at_ms) {
  std::string text = utc_text(at_ms).substr(0, minute_digits);
  text[text.find('T')] = ' ';
  return text;
}

std::string plural(std::size_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string place_text(const HistorySighting& sighting) {
  return fmt::format("{}  {} ({}), seed {}, heapstorm {}", minute_text(sighting.at_ms), printable(sighting.scenario),
                     printable(sighting.flavour), sighting.seed, printable(sighting.tool_version));
}

std::string finding_text(const FindingHistory& finding) {
  const std::string where = finding.where.empty() ? "" : " at " + printable(finding.where);
  return fmt::format("  {}{} [{}], in {}\n            first {}\n            last  {}\n", printable(finding.what), where,
                     printable(finding.fingerprint), plural(finding.runs, "run"), place_text(finding.first),
                     place_text(finding.last));
}

std::string findings_text(const std::vector<FindingHistory>& findings) {
  std::string text = "findings, the last seen first\n";
  if (findings.empty()) text += "  nothing was ever found\n";
  const std::size_t shown = std::min(findings.size(), findings_shown);
  for (std::size_t i = 0; i < shown; ++i) text += finding_text(findings[i]);
  if (shown < findings.size()) text += fmt::format("  and {} more, which --json has\n", findings.size() - shown);
  return text;
}

std::string rate_text(const HitRate& rate) {
  if (rate.attempts == 0) return "no attempt";
  const Interval interval = rate.interval();
  return fmt::format("{} of {} ({:.0f} to {:.0f} %)", rate.hits, rate.attempts, 100 * interval.low,
                     100 * interval.high);
}

std::string number_text(double number) {
  return number >= 1000 ? fmt::format("{:.0f}", number) : fmt::format("{:.4g}", number);
}

std::string spread_text(const Spread& spread) {
  const std::string median = number_text(spread.median);
  if (spread.runs < 2 || spread.least == spread.greatest) return median;
  return fmt::format("{} ({} to {})", median, number_text(spread.least), number_text(spread.greatest));
}

std::string point_text(const ScenarioHistory& scenario, const HistoryPoint& point,
                       const std::vector<std::string>& figures) {
  std::string text =
      fmt::format("  {}  found something in {}{}\n", minute_text(point.at_ms), rate_text(point.any),
                  point.failed_runs == 0 ? "" : fmt::format(", {} more failed to run", point.failed_runs));
  for (std::size_t i = 0; i < scenario.findings.size(); ++i) {
    if (point.findings[i].hits == 0) continue;
    text += fmt::format("            [{}] in {}\n", printable(scenario.findings[i]), rate_text(point.findings[i]));
  }
  std::string load;
  for (std::size_t i = 0; i < figures.size(); ++i) {
    if (point.figures[i].runs == 0) continue;
    load += fmt::format("{}{}: {}", load.empty() ? "" : "; ", printable(figures[i]), spread_text(point.figures[i]));
  }
  return text + (load.empty() ? "" : "            " + load + "\n");
}

std::string scenario_text(const ScenarioHistory& scenario, const std::vector<std::string>& figures) {
  const std::size_t points = scenario.points.size();
  const std::size_t left_out = points - std::min(points, points_shown);
  std::string text = fmt::format("\n{} ({})\n", printable(scenario.scenario), printable(scenario.flavour));
  if (left_out > 0) text += fmt::format("  {} older, which --json has\n", plural(left_out, "point"));
  for (std::size_t i = left_out; i < points; ++i) text += point_text(scenario, scenario.points[i], figures);
  if (scenario.more_findings > 0) {
    text +=
        fmt::format("  rates of {} that are less frequent are left out\n", plural(scenario.more_findings, "finding"));
  }
  return text;
}

}  // namespace

std::string to_text(const History& history) {
  std::string text = fmt::format("{} of {}; times are UTC\n", plural(history.runs, "run"),
                                 plural(history.scenarios.size(), "scenario"));
  text += findings_text(history.findings);
  for (const ScenarioHistory& scenario : history.scenarios) text += scenario_text(scenario, history.figures);
  return text;
}

}  // namespace heapstorm
