#include "reports/formats/run_reports.h"

#include <algorithm>
#include <iterator>

#include "reports/html/html_report.h"
#include "reports/junit/junit_xml.h"
#include "reports/sarif/sarif.h"
#include "reports/text/text_report.h"
#include "reports/trace/trace_json.h"

namespace heapstorm {

std::span<const RunReportRow> run_reports() {
  static const TextReport text;
  static const HtmlReport html;
  static const JunitReport junit;
  static const SarifReport sarif;
  static const TraceReport trace;
  static const RunReportRow rows[] = {
      {"text", nullptr, text},          {"html", "report.html", html},  {"junit", "junit.xml", junit},
      {"sarif", "report.sarif", sarif}, {"trace", "trace.json", trace},
  };
  return rows;
}

std::vector<RunReportRow> filed_run_reports() {
  std::vector<RunReportRow> filed;
  std::ranges::copy_if(run_reports(), std::back_inserter(filed), [](const RunReportRow& row) { return row.file; });
  return filed;
}

std::vector<std::string> files_of_run_reports() {
  std::vector<std::string> files;
  for (const RunReportRow& row : filed_run_reports()) files.emplace_back(row.file);
  return files;
}

}  // namespace heapstorm
