#include "tools/heapstorm/report_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "harness/runner/post_mortem.h"
#include "harness/runner/run_directory.h"
#include "harness/runner/saved_black_box.h"
#include "harness/runner/text_file.h"
#include "reports/json/read_run_json.h"
#include "reports/text/black_box_text.h"
#include "reports/text/printable.h"
#include "reports/text/summary.h"
#include "tools/heapstorm/exit_codes.h"

namespace heapstorm::cli {
namespace {

constexpr std::size_t run_json_limit_bytes = 256u << 20;
constexpr std::size_t findings_shown = 100;

Status check_format(const std::string& format) {
  if (format == "text") return Success{};
  return Error::bad_input(fmt::format("--format {}: there is no such report; there is: text", format));
}

Result<RunResult> read_run(const RunDirectory& directory) {
  const std::string file = directory.file("run.json");
  if (::access(file.c_str(), R_OK) != 0) {
    return Error::bad_input(fmt::format("{}: cannot open: {}", file, std::strerror(errno)));
  }
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) return Error::bad_input(file + ": is no file");
  auto run = read_run_json(read_text(file, run_json_limit_bytes), file);
  if (run) run.value().directory = directory.path;
  return run;
}

// All is read before anything is printed, so that a directory with a damaged file gives its error alone.
Result<std::string> text_report(const RunDirectory& directory) {
  const auto run = read_run(directory);
  if (!run) return run.error();
  const bool colour = ::isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  const std::string summary = to_summary(run.value(), {.colour = colour, .findings_shown = findings_shown});
  if (run.value().coverage.workers == 0) return summary;  // no target of ours, so it has no black box
  const auto saved = SavedBlackBox::open(directory.file("black_box.bin"));
  if (!saved) return saved.error();
  return summary + to_text(examine(*saved.value()));
}

}  // namespace

void add_report_command(CLI::App& app, ReportArguments& arguments) {
  app.add_option("run_directory", arguments.directory, "of a run that has ended")->required();
  app.add_option("--format", arguments.format, "text");
}

int report_command(const ReportArguments& arguments) {
  const Status format = check_format(arguments.format);
  const auto report = format ? text_report({arguments.directory}) : Result<std::string>(format.error());
  if (!report) {
    fmt::print(stderr, "heapstorm: {}\n", printable(report.error().message));
    return exit_code_of(report.error());
  }
  fmt::print("{}", report.value());
  return exit_ok;
}

}  // namespace heapstorm::cli
