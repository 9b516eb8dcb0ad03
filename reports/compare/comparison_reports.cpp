#include "reports/compare/comparison_reports.h"

namespace heapstorm {

std::span<const ComparisonReportRow> comparison_reports() {
  static constexpr ComparisonReportRow rows[] = {
      {"html", "comparison.html", to_comparison_html},
      {"junit", "junit.xml", to_comparison_junit_xml},
  };
  return rows;
}

}  // namespace heapstorm
