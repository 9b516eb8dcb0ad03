#include <fmt/format.h>

#include "harness/base/printable.h"
#include "reports/compare/comparison_reports.h"

namespace heapstorm {
namespace {

std::string runs_text(std::size_t judged, std::size_t failed) {
  const std::string text = fmt::format("{} run{}", judged, judged == 1 ? "" : "s");
  return failed == 0 ? text : fmt::format("{} ({} more failed to run)", text, failed);
}

std::string environment_text(const ScenarioComparison& scenario) {
  std::string text;
  for (const EnvironmentChange& change : scenario.environment) {
    text += fmt::format("  changed   {}: {} -> {}\n", printable(change.what), printable(change.base),
                        printable(change.current));
  }
  return text;
}

std::string evidence_text(const FindingChange& finding) {
  if (finding.base.attempts == 0 || finding.current.attempts == 0) return "nothing to compare with";
  if (finding.change == Change::appeared && finding.regression) return "new, which counts however rare it is";
  return fmt::format("{}, p = {:.2g}",
                     finding.evidence ? "evidence of a change" : "no evidence of a change of its rate", finding.p);
}

const char* word_of(const FindingChange& finding) {
  if (finding.fixed) return "fixed";
  switch (finding.change) {
    case Change::appeared:
      return "new";
    case Change::gone:
      return "gone";
    case Change::unchanged:
      return "still";
    case Change::more_often:
      return "more";
    case Change::less_often:
      return "less";
  }
  return "";
}

std::string number_text(double number) {
  return number >= 1000 ? fmt::format("{:.0f}", number) : fmt::format("{:.4g}", number);
}

std::string spread_text(const Spread& spread) {
  const std::string median = number_text(spread.median);
  if (spread.least == spread.greatest) return median;
  return fmt::format("{} ({} to {})", median, number_text(spread.least), number_text(spread.greatest));
}

std::string figure_text(const FigureChange& figure) {
  if (figure.base.runs == 0 || figure.current.runs == 0) return "";
  return fmt::format("  load      {}: {} -> {}{}\n", figure.name, spread_text(figure.base), spread_text(figure.current),
                     figure.apart ? ", apart" : "");
}

// What the scenario says of it; of one that went without being missed, what the current scenario says.
const char* standing_of(const FindingChange& finding) {
  if (finding.fixed && finding.expected) return "not required by the current scenario";
  return finding.expected ? "expected" : "unexpected";
}

const char* verdict_of(const Comparison& comparison) {
  if (!comparison.has_compared()) return "nothing compared";
  return comparison.regression() ? "REGRESSION" : "no regression";
}

}  // namespace

std::string to_text(const FindingChange& finding) {
  const std::string where = finding.where.empty() ? "" : " at " + printable(finding.where);
  return fmt::format("  {:<9} {}{} [{}], {}{}\n            {} of {} -> {} of {}: {}\n", word_of(finding),
                     printable(finding.what), where, printable(finding.fingerprint), standing_of(finding),
                     finding.regression ? ": REGRESSION" : "", finding.base.hits, finding.base.attempts,
                     finding.current.hits, finding.current.attempts, evidence_text(finding));
}

std::string to_text(const ScenarioComparison& scenario) {
  std::string text = fmt::format("{} ({}): {} -> {}\n", printable(scenario.scenario), printable(scenario.flavour),
                                 runs_text(scenario.base_attempts, scenario.base_failed_runs),
                                 runs_text(scenario.current_attempts, scenario.current_failed_runs));
  text += environment_text(scenario);
  for (const FindingChange& finding : scenario.findings) text += to_text(finding);
  if (scenario.findings.empty()) text += "  found     nothing on either side\n";
  for (const FigureChange& figure : scenario.figures) text += figure_text(figure);
  return text;
}

std::string to_text(const Comparison& comparison) {
  std::string text = std::string(verdict_of(comparison)) + "\n";
  for (const ScenarioComparison& scenario : comparison.scenarios) text += to_text(scenario);
  for (const std::string& name : comparison.only_in_base) {
    text += fmt::format("{}: not in the current runs, so nothing is known of it\n", printable(name));
  }
  for (const std::string& name : comparison.only_in_current) {
    text += fmt::format("{}: not in the base, nothing to compare with\n", printable(name));
  }
  return text;
}

}  // namespace heapstorm
