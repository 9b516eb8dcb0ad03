#include "tools/heapstorm/commands/report_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "harness/base/printable.h"
#include "harness/files/atomic_file.h"
#include "harness/runner/run_directory.h"
#include "tools/heapstorm/commands/report_files.h"
#include "tools/heapstorm/commands/run_files.h"
#include "tools/heapstorm/exit_codes.h"
#include "tools/heapstorm/refusal.h"

namespace heapstorm::cli {
namespace {

bool is_printed(const RunReportRow& format) {
  return format.file == nullptr;
}

Result<RunReportRow> chosen_format(const std::string& name) {
  auto chosen = chosen_formats(run_reports(), "--format", {name});
  if (!chosen) return chosen.error();
  return chosen.value().front();
}

// What is printed: the path of the report that was written, or the report itself. All is read before anything is
// printed, so that a directory with a damaged file gives its error alone.
Result<std::string> make_report(const ReportArguments& arguments) {
  const RunDirectory directory{arguments.directory};
  const auto format = chosen_format(arguments.format);
  if (!format) return format.error();
  const auto run = read_run(directory);
  if (!run) return run.error();
  const bool prints = arguments.out == "-" || (is_printed(format.value()) && arguments.out.empty());
  const bool colour = prints && ::isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  auto report = format.value().report.write(run.value(), {.colour = colour});
  if (!report || prints) return report;
  const std::string file = arguments.out.empty() ? directory.file(format.value().file) : arguments.out;
  if (const Status written = write_file_atomically(file, report.value()); !written) return written.error();
  return printable(file) + "\n";
}

// "text (the default, printed), html or trace (written into the run directory)"
std::string help_of_formats() {
  std::string printed;
  for (const RunReportRow& format : run_reports()) {
    if (is_printed(format)) printed += fmt::format("{} (the default, printed), ", format.name);
  }
  return printed + names_of_formats(filed_run_reports(), ", ", " or ") + " (written into the run directory)";
}

}  // namespace

void add_report_command(CLI::App& app, ReportArguments& arguments) {
  app.add_option("run_directory", arguments.directory, "of a run that has ended")->required();
  app.add_option("--format", arguments.format, help_of_formats());
  app.add_option("--out", arguments.out, "FILE: write it there instead; - prints it");
}

int report_command(const ReportArguments& arguments) {
  const auto output = make_report(arguments);
  if (!output) return refuse(output.error());
  fmt::print("{}", output.value());
  return exit_ok;
}

}  // namespace heapstorm::cli
