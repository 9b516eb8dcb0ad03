#include "tools/heapstorm/commands/run_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "harness/base/printable.h"
#include "harness/files/reserved_space.h"
#include "harness/runner/supervisor.h"
#include "reports/json/run_json.h"
#include "reports/text/summary.h"
#include "tools/heapstorm/commands/report_files.h"
#include "tools/heapstorm/exit_codes.h"
#include "tools/heapstorm/interrupt.h"
#include "tools/heapstorm/kept_result.h"
#include "tools/heapstorm/progress.h"
#include "tools/heapstorm/refusal.h"
#include "tools/heapstorm/scenario_set.h"
#include "tools/heapstorm/shell_quote.h"

namespace heapstorm::cli {
namespace {

// For run.json; most are smaller.
constexpr std::uint64_t max_reserved_bytes = 256u << 10;
constexpr std::uint64_t min_reserved_bytes = 8u << 10;

std::string rerun_line(const RunArguments& arguments, const std::string& file) {
  std::string line =
      fmt::format("heapstorm run {} --seed {} --flavour {}", shell_quote(file), arguments.seed, arguments.flavour);
  for (const std::string& set : arguments.sets) line += " --set " + shell_quote(set);
  if (arguments.valgrind != Valgrind::none) line += fmt::format(" --valgrind {}", to_string(arguments.valgrind));
  if (!arguments.plugin_folder.empty()) line += " --plugin-dir " + shell_quote(arguments.plugin_folder);
  for (const std::string& address : arguments.allowed_remotes) line += " --allow-remote " + shell_quote(address);
  return line;
}

std::uint64_t ms_since_1970() {
  using namespace std::chrono;
  return static_cast<std::uint64_t>(duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count());
}

Result<RunDirectory> make_directory(const RunArguments& arguments, const Scenario& scenario) {
  if (arguments.out.empty()) return create_default_run_directory(scenario.name, arguments.seed, arguments.flavour);
  if (arguments.files.size() == 1) return create_run_directory(arguments.out, files_of_run_reports());
  std::string name = scenario.name;
  std::replace(name.begin(), name.end(), '/', '_');
  return create_run_directory(fmt::format("{}/{}-{}-{}", arguments.out, name, arguments.seed, arguments.flavour),
                              files_of_run_reports());
}

// A report of several scenarios is a JSON array, also when it is cut short.
class Output {
 public:
  explicit Output(const RunArguments& arguments) : json_(arguments.json), array_(arguments.files.size() > 1) {}
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  ~Output() {
    if (json_ && array_) fmt::print("{}]\n", any_ ? "" : "[");
    std::fflush(stdout);
  }

  void show(const RunResult& result, const std::string& json) {
    if (json_) {
      fmt::print("{}{}", !array_ ? "" : any_ ? "," : "[", json);
    } else {
      const bool colour = ::isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
      fmt::print("{}{}", any_ ? "\n" : "", to_summary(result, {.colour = colour}));
    }
    any_ = true;
    std::fflush(stdout);
  }

 private:
  bool json_, array_;
  bool any_ = false;
};

// What makes an exit code 3 or 130 should not have to be looked for in a report.
void explain(const RunResult& result) {
  if (exit_code(result) == exit_interrupted) fmt::print(stderr, "heapstorm: interrupted\n");
  if (exit_code(result) != exit_environment) return;
  std::string how;
  if (result.end_reason == EndReason::died_at_start && result.exit.code)
    how = fmt::format("exit code {}", *result.exit.code);
  if (result.end_reason == EndReason::died_at_start && result.exit.signal)
    how = fmt::format("signal {}", *result.exit.signal);
  fmt::print(stderr, "heapstorm: {}: {}{}{}\n", printable(result.scenario_file), to_string(result.end_reason),
             how.empty() ? "" : ", ", how);
  for (const std::string& note : result.notes) fmt::print(stderr, "  {}\n", printable(note));
}

// Findings are shown whatever could be written.
Status keep_and_show(RunResult& result, const RunArguments& arguments, Output& output) {
  const Status written = keep_result(result);
  if (!written) result.directory.clear();
  output.show(result, arguments.json ? to_run_json(result) : "");
  if (!written) return written;
  for (const char* large : {"plan.jsonl.zst", "black_box.bin"}) {
    if (was_left_out(result, large)) fmt::print(stderr, "heapstorm: there was no room for {}\n", large);
  }
  return write_reports(arguments.reports, result);
}

Result<int> run_one(const RunArguments& arguments, const LoadedScenario& loaded, const TargetCatalogue& catalogue,
                    const Interrupt& interrupt, Output& output) {
  auto directory = make_directory(arguments, loaded.scenario);
  if (!directory) return directory.error();
  auto room = ReservedSpace::create(directory.value().path, max_reserved_bytes, min_reserved_bytes);
  if (!room) return room.error();
  Progress progress(::isatty(STDERR_FILENO) != 0);
  RunOptions options{.seed = arguments.seed,
                     .flavour = arguments.flavour,
                     .scenario_file = loaded.file,
                     .rerun = rerun_line(arguments, loaded.file),
                     .tool_version = HEAPSTORM_VERSION,
                     .started_at_ms = ms_since_1970(),
                     .directory = directory.value(),
                     .catalogue = catalogue,
                     .allowed_remotes = arguments.allowed_remotes};
  options.on_progress = [&](const RunProgress& now) { progress.show(now); };
  options.stop = interrupt.token();
  options.valgrind = arguments.valgrind;
  auto result = run_attempt(suited_to(arguments.valgrind, loaded.scenario), options);
  progress.finish();
  if (!result) return result.error();
  room.value().release();
  if (const Status kept = keep_and_show(result.value(), arguments, output); !kept) return kept.error();
  explain(result.value());
  return exit_code(result.value());
}

}  // namespace

void add_run_command(CLI::App& app, RunArguments& arguments) {
  app.add_option("scenario", arguments.files,
                 "scenario files, or names of those that came with heapstorm, as null/echo; run one after another")
      ->required();
  app.add_option("--seed", arguments.seed, "of the plan (1)");
  app.add_option("--flavour", arguments.flavour, "plain, asan or tsan: how the target process is built (plain)");
  app.add_option("--out", arguments.out, "run directory; default heapstorm-runs/<name>-<seed>-<flavour>");
  app.add_option("--report", arguments.reports,
                 names_of_formats(filed_run_reports(), ",") + ": reports to write beside run.json")
      ->delimiter(',');
  app.add_option("--set", arguments.sets, "KEY=VALUE: change the scenario, as in load.connections=5")
      ->allow_extra_args(false);
  app.add_option("--plugin-dir", arguments.plugin_folder, "a folder searched for plugins first");
  app.add_option("--allow-remote", arguments.allowed_remotes,
                 "ADDRESS: allow an endpoint at this address, which is not loopback")
      ->allow_extra_args(false);
  app.add_option("--valgrind", arguments.valgrind,
                 "TOOL: watch the target with valgrind's memcheck or helgrind, which makes it 20 to 50 times slower")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, Valgrind>{{"memcheck", Valgrind::memcheck}, {"helgrind", Valgrind::helgrind}}));
  app.add_flag("--json", arguments.json, "print run.json on stdout");
}

int run_command(const RunArguments& arguments) {
  const Interrupt interrupt;
  const TargetCatalogue catalogue(default_library_folder(), arguments.plugin_folder);
  if (const auto known = chosen_formats(filed_run_reports(), "--report", arguments.reports); !known) {
    return refuse(known.error());
  }
  if (arguments.valgrind != Valgrind::none && !is_installed(arguments.valgrind)) {
    fmt::print(stderr, "heapstorm: --valgrind: valgrind is not installed\n");
    return exit_environment;
  }
  const auto loaded =
      load_all({arguments.files, arguments.sets, arguments.flavour, arguments.allowed_remotes}, catalogue);
  if (!loaded) return refuse_scenarios(loaded.error());
  Output output(arguments);
  int worst = exit_ok;
  for (const LoadedScenario& scenario : loaded.value()) {
    if (interrupt.requested()) return exit_interrupted;
    const auto code = run_one(arguments, scenario, catalogue, interrupt, output);
    worst =
        worse(worst, code ? code.value() : refuse({code.error().kind, scenario.file + ": " + code.error().message}));
  }
  return worst;
}

}  // namespace heapstorm::cli
