#include "tools/heapstorm/commands/compare_command.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "harness/base/printable.h"
#include "harness/files/atomic_file.h"
#include "reports/compare/comparison.h"
#include "reports/compare/comparison_reports.h"
#include "tools/heapstorm/commands/report_files.h"
#include "tools/heapstorm/commands/run_files.h"
#include "tools/heapstorm/exit_codes.h"
#include "tools/heapstorm/refusal.h"

namespace heapstorm::cli {
namespace {

Result<Comparison> read_comparison(const CompareArguments& arguments) {
  const auto base = read_runs(arguments.base);
  if (!base) return base.error();
  const auto current = read_runs(arguments.current);
  if (!current) return current.error();
  Comparison comparison = compare(base.value(), current.value());
  comparison.base = arguments.base;
  comparison.current = arguments.current;
  return comparison;
}

// The files that were written, a line each.
Result<std::string> write_reports(const std::string& folder, const std::vector<ComparisonReportRow>& formats,
                                  const Comparison& comparison) {
  if (formats.empty()) return std::string();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return Error::environment("cannot make " + folder + ": " + error.message());
  std::string lines, missing;
  for (const ComparisonReportRow& format : formats) {
    const std::string file = folder + "/" + format.file;
    if (const Status written = write_file_atomically(file, format.make(comparison)); !written) {
      missing += (missing.empty() ? "" : "; ") + written.error().message;
    } else {
      lines += "report    " + printable(file) + "\n";
    }
  }
  if (!missing.empty()) return Error::environment(missing);
  return lines;
}

}  // namespace

void add_compare_command(CLI::App& app, CompareArguments& arguments) {
  app.add_option("base", arguments.base, "a run.json, a run directory, or a folder of run directories")->required();
  app.add_option("current", arguments.current, "the same, of the build that is judged")->required();
  app.add_flag("--json", arguments.json, "print the comparison as JSON");
  app.add_option("--report", arguments.reports,
                 names_of_formats(comparison_reports(), ",") + ": reports to write as well")
      ->delimiter(',');
  app.add_option("--out", arguments.out, "the folder for them; default heapstorm-comparison");
  app.footer(
      "A regression (exit code 1): a finding that the base never had and the scenario does not expect (any new one, if "
      "the scenarios differ); an unexpected finding that is seen more often, or one that the current scenario requires "
      "less often, than chance explains (Fisher's exact test, p < 0.01, Holm's correction). Load figures decide "
      "nothing. Where no scenario has runs on both sides that could be judged, the exit code is 3.");
}

int compare_command(const CompareArguments& arguments) {
  const auto formats = chosen_formats(comparison_reports(), "--report", arguments.reports, " of a comparison");
  if (!formats) return refuse(formats.error());
  const auto comparison = read_comparison(arguments);
  if (!comparison) return refuse(comparison.error());
  const auto written = write_reports(arguments.out, formats.value(), comparison.value());
  if (arguments.json) {
    fmt::print("{}", to_comparison_json(comparison.value()));
  } else {
    fmt::print("{}{}", to_text(comparison.value()), written ? written.value() : "");
  }
  std::fflush(stdout);
  if (!written) return refuse(written.error());
  if (!comparison.value().has_compared()) {
    return refuse(Error::environment("nothing was compared: no scenario has runs on both sides that could be judged"));
  }
  return comparison.value().regression() ? exit_unmet : exit_ok;
}

}  // namespace heapstorm::cli
