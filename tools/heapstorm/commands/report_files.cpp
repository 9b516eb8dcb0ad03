#include "tools/heapstorm/commands/report_files.h"

#include "harness/files/atomic_file.h"
#include "harness/runner/run_directory.h"

namespace heapstorm::cli {

Status write_reports(const std::vector<std::string>& names, const RunResult& result) {
  const auto formats = chosen_formats(filed_run_reports(), "--report", names);
  if (!formats) return formats.error();
  const RunDirectory directory{result.directory};
  std::string missing;
  for (const RunReportRow& format : formats.value()) {
    const auto report = format.report.write(result, {});
    if (!report) return report.error();
    const Status written = write_file_atomically(directory.file(format.file), report.value());
    if (!written) missing += (missing.empty() ? "" : "; ") + written.error().message;
  }
  if (!missing.empty()) return Error::environment(missing);
  return Success{};
}

}  // namespace heapstorm::cli
