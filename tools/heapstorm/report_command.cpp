#include "tools/heapstorm/report_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "harness/base/printable.h"
#include "harness/process/atomic_file.h"
#include "harness/runner/post_mortem.h"
#include "harness/runner/run_directory.h"
#include "harness/runner/saved_black_box.h"
#include "reports/text/black_box_text.h"
#include "reports/text/summary.h"
#include "tools/heapstorm/exit_codes.h"
#include "tools/heapstorm/refusal.h"
#include "tools/heapstorm/report_formats.h"
#include "tools/heapstorm/run_files.h"

namespace heapstorm::cli {
namespace {

constexpr std::size_t findings_shown = 100;

constexpr const char* text_format = "text";

// All is read before anything is printed, so that a directory with a damaged file gives its error alone.
Result<std::string> text_report(const RunDirectory& directory) {
  const auto run = read_run(directory);
  if (!run) return run.error();
  const bool colour = ::isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  const std::string summary = to_summary(run.value(), {.colour = colour, .findings_shown = findings_shown});
  if (run.value().coverage.workers == 0) return summary;           // no target of ours, so it has no black box
  if (was_left_out(run.value(), "black_box.bin")) return summary;  // as a note says
  const auto saved = SavedBlackBox::open(directory.file("black_box.bin"));
  if (!saved) return saved.error();
  return summary + to_text(examine(*saved.value()));
}

// What is printed: the path of the report that was written, or with --out - the report itself.
Result<std::string> file_report(const ReportArguments& arguments) {
  const RunDirectory directory{arguments.directory};
  if (const Status known = check_report_formats("--format", {arguments.format}); !known) return known.error();
  const auto run = read_run(directory);
  if (!run) return run.error();
  auto report = make_report(arguments.format, run.value());
  if (!report || arguments.out == "-") return report;
  const std::string file = arguments.out.empty() ? directory.file(report_file_name(arguments.format)) : arguments.out;
  if (const Status written = write_file_atomically(file, report.value()); !written) return written.error();
  return printable(file) + "\n";
}

}  // namespace

void add_report_command(CLI::App& app, ReportArguments& arguments) {
  app.add_option("run_directory", arguments.directory, "of a run that has ended")->required();
  app.add_option("--format", arguments.format,
                 "text (the default, printed), html, junit, sarif or trace (written into the run directory)");
  app.add_option("--out", arguments.out, "FILE: write it there instead; - prints it");
}

int report_command(const ReportArguments& arguments) {
  const auto output = arguments.format == text_format ? text_report({arguments.directory}) : file_report(arguments);
  if (!output) return refuse(output.error());
  fmt::print("{}", output.value());
  return exit_ok;
}

}  // namespace heapstorm::cli
