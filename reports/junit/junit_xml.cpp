#include "reports/junit/junit_xml.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/storm/storm_figures.h"
#include "reports/junit/xml_text.h"
#include "reports/text/finding_text.h"
#include "reports/text/summary.h"

namespace heapstorm {
namespace {

constexpr std::size_t findings_shown = 20;

std::string property(std::string_view name, std::string_view value) {
  return fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", xml_value(name), xml_value(value));
}

// "foreign_free of date_header, 37 times": of one attempt the hit rate is 1 of 1.
std::string finding_property(const Finding& finding) {
  const std::string of = finding.block && !finding.block->tag.empty() ? " of " + finding.block->tag : "";
  const std::string where = describe_place(finding);
  return property("finding." + finding.fingerprint,
                  fmt::format("{}{}, {} times, {}{}", finding.kind, of, finding.count,
                              finding.expected ? "expected" : "unexpected", where.empty() ? "" : ", at " + where));
}

std::string load_properties(const StormResult& storm) {
  std::string xml = property("messages", std::to_string(storm.messages));
  xml += property("errors", std::to_string(error_count(storm)));
  if (storm.sessions) {
    xml += property("sessions.begun", std::to_string(storm.sessions->begun()));
    xml += property("sessions.completed", std::to_string(storm.sessions->completed));
  }
  if (!storm.answers) return xml;
  xml += property("answers", std::to_string(storm.answers->count));
  xml += property("answer_latency_us.p99", std::to_string(storm.answers->latency_us.p99));
  for (const auto& [status, count] : storm.answers->statuses) {
    xml += property("status." + std::to_string(status), std::to_string(count));
  }
  return xml;
}

std::string properties(const RunResult& result) {
  std::string xml = "    <properties>\n";
  xml += property("heapstorm.version", result.tool_version);
  xml += property("flavour", result.flavour);
  xml += property("seed", std::to_string(result.seed));
  xml += property("plan_hash", result.plan_hash);
  xml += property("target", result.family + "/" + result.variant);
  xml += property("end_reason", to_string(result.end_reason));
  xml += property("attempts", "1");
  xml += property("attempts_with_findings", result.findings.empty() ? "0" : "1");
  xml += property("connections", std::to_string(result.storm.connections));
  xml += load_properties(result.storm);
  xml += property("rerun", result.rerun);
  for (const Finding& finding : result.findings) xml += finding_property(finding);
  return xml + "    </properties>\n";
}

// What nobody expected is what a person has to look at.
std::string unexpected_text(const RunResult& result) {
  std::string text;
  std::size_t shown = 0;
  for (const Finding& finding : result.findings) {
    if (!finding.expected && ++shown <= findings_shown) text += to_text(finding);
  }
  if (shown > findings_shown) text += fmt::format("  found     {} more\n", shown - findings_shown);
  return text + "  again     " + result.rerun + "\n";
}

std::string case_head(const RunResult& result, std::string_view name, double seconds) {
  return fmt::format("    <testcase classname=\"heapstorm.{}.{}\" name=\"{}\" time=\"{:.3f}\"",
                     xml_value(result.flavour), xml_value(result.scenario), xml_value(name), seconds);
}

std::string run_case(const RunResult& result) {
  const std::string head = case_head(result, "the run is carried out", static_cast<double>(result.duration_ms) / 1000);
  if (was_judged(result)) return head + "/>\n";
  std::string notes;
  for (const std::string& note : result.notes) notes += note + "\n";
  return fmt::format("{}>\n      <error message=\"{}\" type=\"{}\">{}</error>\n    </testcase>\n", head,
                     to_string(result.end_reason), to_string(result.end_reason), xml_text(notes));
}

std::string expectation_case(const RunResult& result, const Expectation& expectation) {
  const std::string head = case_head(result, expectation.text, 0);
  if (!was_judged(result)) {
    return head + ">\n      <skipped message=\"the run was not carried out\"/>\n    </testcase>\n";
  }
  if (expectation.met) return head + "/>\n";
  return fmt::format("{}>\n      <failure message=\"not met: {}\" type=\"expectation\">{}</failure>\n    </testcase>\n",
                     head, xml_value(in_words(expectation)), xml_text(unexpected_text(result)));
}

std::string counts(const RunResult& result) {
  const auto unmet = static_cast<std::size_t>(
      std::count_if(result.expectations.begin(), result.expectations.end(), [](const auto& one) { return !one.met; }));
  const bool judged = was_judged(result);
  return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\"",
                     result.expectations.size() + 1, judged ? unmet : 0, judged ? 0 : 1,
                     judged ? 0 : result.expectations.size(), static_cast<double>(result.duration_ms) / 1000);
}

}  // namespace

std::string to_junit_xml(const RunResult& result) {
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  xml += fmt::format("<testsuites name=\"heapstorm\" {}>\n", counts(result));
  xml += fmt::format("  <testsuite name=\"{}\" {}>\n", xml_value(result.scenario), counts(result));
  xml += properties(result);
  xml += run_case(result);
  for (const Expectation& expectation : result.expectations) xml += expectation_case(result, expectation);
  xml += fmt::format("    <system-out>{}</system-out>\n", xml_text(to_summary(result)));
  return xml + "  </testsuite>\n</testsuites>\n";
}

Result<std::string> JunitReport::write(const RunResult& result, const ReportStyle&) const {
  return to_junit_xml(result);
}

}  // namespace heapstorm
