#include <fmt/format.h>

#include <algorithm>

#include "reports/compare/comparison_reports.h"
#include "reports/junit/xml_text.h"

namespace heapstorm {
namespace {

struct Counts {
  std::size_t tests = 0, failures = 0, skipped = 0;
};

bool was_compared(const ScenarioComparison& scenario) {
  return scenario.base_attempts > 0 && scenario.current_attempts > 0;
}

Counts counts_of(const ScenarioComparison& scenario) {
  const auto regressions = std::count_if(scenario.findings.begin(), scenario.findings.end(),
                                         [](const FindingChange& finding) { return finding.regression; });
  const std::size_t tests = scenario.findings.size() + 1;
  return {tests, static_cast<std::size_t>(regressions), was_compared(scenario) ? 0 : tests};
}

Counts counts_of(const Comparison& comparison) {
  const std::size_t unpaired = comparison.only_in_base.size() + comparison.only_in_current.size();
  Counts sum{unpaired, 0, unpaired};
  for (const ScenarioComparison& scenario : comparison.scenarios) {
    const Counts counts = counts_of(scenario);
    sum.tests += counts.tests;
    sum.failures += counts.failures;
    sum.skipped += counts.skipped;
  }
  return sum;
}

std::string attributes(const Counts& counts) {
  return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"0.000\"", counts.tests,
                     counts.failures, counts.skipped);
}

std::string property(std::string_view name, std::string_view value) {
  return fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", xml_value(name), xml_value(value));
}

std::string properties(const Comparison& comparison, const ScenarioComparison& scenario) {
  std::string xml = "    <properties>\n";
  xml += property("base", comparison.base);
  xml += property("current", comparison.current);
  xml += property("flavour", scenario.flavour);
  xml += property("base.attempts", std::to_string(scenario.base_attempts));
  xml += property("base.failed_runs", std::to_string(scenario.base_failed_runs));
  xml += property("current.attempts", std::to_string(scenario.current_attempts));
  xml += property("current.failed_runs", std::to_string(scenario.current_failed_runs));
  for (const EnvironmentChange& change : scenario.environment) {
    xml += property("changed." + change.what, change.base + " -> " + change.current);
  }
  return xml + "    </properties>\n";
}

std::string case_head(const ScenarioComparison& scenario, std::string_view name) {
  return fmt::format("    <testcase classname=\"heapstorm.compare.{}.{}\" name=\"{}\" time=\"0.000\"",
                     xml_value(scenario.flavour), xml_value(scenario.scenario), xml_value(name));
}

std::string skipped(const std::string& head, std::string_view why) {
  return fmt::format("{}>\n      <skipped message=\"{}\"/>\n    </testcase>\n", head, why);
}

std::string passed(const std::string& head, const FindingChange& finding) {
  if (!finding.fixed) return head + "/>\n";
  return fmt::format("{}>\n      <system-out>{}</system-out>\n    </testcase>\n", head, xml_text(to_text(finding)));
}

std::string finding_case(const ScenarioComparison& scenario, const FindingChange& finding) {
  const std::string head = case_head(scenario, fmt::format("{} [{}]", finding.what, finding.fingerprint));
  if (!was_compared(scenario)) return skipped(head, "there is nothing to compare with");
  if (!finding.regression) return passed(head, finding);
  return fmt::format(
      "{}>\n      <failure message=\"{}: {} of {} -&gt; {} of {}\" type=\"regression\">{}</failure>\n    </testcase>\n",
      head, to_string(finding.change), finding.base.hits, finding.base.attempts, finding.current.hits,
      finding.current.attempts, xml_text(to_text(finding)));
}

std::string suite(const Comparison& comparison, const ScenarioComparison& scenario) {
  std::string xml =
      fmt::format("  <testsuite name=\"{}\" {}>\n", xml_value(scenario.scenario), attributes(counts_of(scenario)));
  xml += properties(comparison, scenario);
  const std::string head = case_head(scenario, "there are runs to compare");
  xml += was_compared(scenario) ? head + "/>\n" : skipped(head, "a side has no run that could be judged");
  for (const FindingChange& finding : scenario.findings) xml += finding_case(scenario, finding);
  xml += fmt::format("    <system-out>{}</system-out>\n", xml_text(to_text(scenario)));
  return xml + "  </testsuite>\n";
}

std::string unpaired_suite(const std::string& name, std::string_view why) {
  return fmt::format(
      "  <testsuite name=\"{0}\" {1}>\n"
      "    <testcase classname=\"heapstorm.compare.{0}\" name=\"there are runs to compare\" time=\"0.000\">\n"
      "      <skipped message=\"{2}\"/>\n    </testcase>\n  </testsuite>\n",
      xml_value(name), attributes({1, 0, 1}), why);
}

}  // namespace

std::string to_comparison_junit_xml(const Comparison& comparison) {
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  xml += fmt::format("<testsuites name=\"heapstorm compare\" {}>\n", attributes(counts_of(comparison)));
  for (const ScenarioComparison& scenario : comparison.scenarios) xml += suite(comparison, scenario);
  for (const std::string& name : comparison.only_in_base) xml += unpaired_suite(name, "not in the current runs");
  for (const std::string& name : comparison.only_in_current) xml += unpaired_suite(name, "not in the base");
  return xml + "</testsuites>\n";
}

}  // namespace heapstorm
