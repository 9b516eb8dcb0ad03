// A Comparison in its formats, and the table of those that go into a file: `compare --report`, its help, and completion
// in the shell follow from it.
#pragma once

#include <span>
#include <string>

#include "reports/compare/comparison.h"

namespace heapstorm {

// Several lines with a newline at the end: first what is different in the environment, then findings, then load
// figures. Control characters that a target printed are escaped.
std::string to_text(const Comparison& comparison);
// Its parts: the lines of one scenario, and of one finding.
std::string to_text(const ScenarioComparison& scenario);
std::string to_text(const FindingChange& finding);

// One object of schema "heapstorm.comparison/1", indented, with a newline at its end. The same comparison gives the
// same bytes.
std::string to_comparison_json(const Comparison& comparison);

// The page is rendered in the browser from the comparison's JSON, which stands in it; the same comparison gives the
// same bytes. Its size is bounded: long texts are cut, and of very many findings the last are only counted; regressions
// come first. Nothing that a target printed is markup in it.
std::string to_comparison_html(const Comparison& comparison);

// One suite for each scenario and flavour. Its first case is the comparison itself: skipped where a side has no run
// that could be judged. Then one case for each finding of either side, failed if it is a regression. A scenario that
// only one side has is a suite with one skipped case. What is different in the environment stands in the suite's
// properties.
std::string to_comparison_junit_xml(const Comparison& comparison);

struct ComparisonReportRow {
  const char* name;  // what --report takes
  const char* file;  // in the folder of the comparison
  std::string (*make)(const Comparison& comparison);
};

std::span<const ComparisonReportRow> comparison_reports();

}  // namespace heapstorm
