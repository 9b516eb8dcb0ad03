#include "tools/heapstorm/report_formats.h"

#include <fmt/format.h>

#include <memory>
#include <optional>

#include "harness/base/check.h"
#include "harness/process/atomic_file.h"
#include "harness/runner/saved_black_box.h"
#include "reports/html/html_report.h"
#include "reports/html/source_excerpts.h"
#include "reports/junit/junit_xml.h"
#include "reports/sarif/sarif.h"
#include "reports/trace/trace_json.h"

namespace heapstorm::cli {
namespace {

using Maker = std::string (*)(const RunResult& result);

struct ReportFormat {
  const char* name;
  const char* file;
  Maker make;
};

// Null if the target was none of ours. What a damaged or missing black box would have shown is left out: the text
// report says what is wrong with it.
std::unique_ptr<SavedBlackBox> black_box_of(const RunResult& result) {
  if (result.coverage.workers == 0) return nullptr;
  auto saved = SavedBlackBox::open(RunDirectory{result.directory}.file("black_box.bin"));
  return saved ? std::move(saved.value()) : nullptr;
}

std::string html(const RunResult& result) {
  HtmlSources sources{std::nullopt, source_folders(result.scenario_file)};
  if (const auto box = black_box_of(result)) sources.lanes = timeline_of(BlackBoxReader(box->bytes()));
  return to_html(result, sources);
}

std::string trace(const RunResult& result) {
  const auto box = black_box_of(result);
  if (!box) return to_trace_json(result, nullptr);
  const BlackBoxReader reader(box->bytes());
  return to_trace_json(result, &reader);
}

// The one list of formats.
constexpr ReportFormat formats_there_are[] = {
    {"html", "report.html", html},
    {"junit", "junit.xml", to_junit_xml},
    {"sarif", "report.sarif", to_sarif},
    {"trace", "trace.json", trace},
};

const ReportFormat* find_format(const std::string& name) {
  for (const ReportFormat& format : formats_there_are) {
    if (name == format.name) return &format;
  }
  return nullptr;
}

std::string names_of_formats() {
  std::vector<std::string> names;
  for (const ReportFormat& format : formats_there_are) names.push_back(format.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::string report_file_name(const std::string& format) {
  const ReportFormat* const found = find_format(format);
  HEAPSTORM_CHECK(found != nullptr);
  return found->file;
}

Status check_report_formats(const std::string& option, const std::vector<std::string>& formats) {
  for (const std::string& name : formats) {
    if (find_format(name) != nullptr) continue;
    return Error::bad_input(
        fmt::format("{} {}: there is no such report; there is: {}", option, name, names_of_formats()));
  }
  return Success{};
}

Result<std::string> make_report(const std::string& format, const RunResult& result) {
  const ReportFormat* const found = find_format(format);
  HEAPSTORM_CHECK(found != nullptr);
  return found->make(result);
}

Status write_reports(const std::vector<std::string>& formats, const RunResult& result) {
  const RunDirectory directory{result.directory};
  std::string missing;
  for (const std::string& format : formats) {
    const auto report = make_report(format, result);
    if (!report) return report.error();
    const Status written = write_file_atomically(directory.file(report_file_name(format)), report.value());
    if (!written) missing += (missing.empty() ? "" : "; ") + written.error().message;
  }
  if (!missing.empty()) return Error::environment(missing);
  return Success{};
}

}  // namespace heapstorm::cli
