#include "tools/heapstorm/commands/matrix_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "harness/base/printable.h"
#include "harness/files/atomic_file.h"
#include "harness/matrix/make_matrix.h"
#include "reports/matrix/matrix_reports.h"
#include "tools/heapstorm/exit_codes.h"
#include "tools/heapstorm/interrupt.h"
#include "tools/heapstorm/refusal.h"
#include "tools/heapstorm/scenario_library.h"
#include "tools/heapstorm/scenario_set.h"

namespace heapstorm::cli {
namespace {

namespace fs = std::filesystem;

// <family>/<variant>.minimal.json where there is one, else <family>/<variant>.json; what is no plugin's is left out.
Result<std::vector<std::string>> catalogue_scenarios(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    const fs::path& path = entry.path();
    if (path.extension() != ".json" || path.filename() == "scenario.schema.json") continue;
    const auto scenario = load_scenario(path.string());
    if (!scenario) return scenario.error();
    const TargetSpec& target = scenario.value().target;
    if (target.command) continue;
    const fs::path least = path.parent_path() / (target.variant + ".minimal.json");
    const bool is_storm = path.filename() == target.variant + ".json";
    if (path == least || (is_storm && !fs::exists(least, error))) files.push_back(path.string());
  }
  if (error) return Error::bad_input(fmt::format("--scenario-dir {}: {}", printable(folder), error.message()));
  if (files.empty())
    return Error::bad_input(fmt::format("--scenario-dir {}: holds no scenario of a plugin", printable(folder)));
  std::sort(files.begin(), files.end());
  return files;
}

Result<std::vector<const Detector*>> chosen_detectors(const MatrixArguments& arguments) {
  std::vector<const Detector*> chosen;
  for (const std::string& name : arguments.detectors) {
    const Detector* const detector = find_detector(name);
    if (detector == nullptr) return Error::bad_input(fmt::format("--detectors {}: there is no such detector", name));
    if (std::find(chosen.begin(), chosen.end(), detector) == chosen.end()) chosen.push_back(detector);
  }
  if (!chosen.empty()) return chosen;
  for (const Detector& detector : all_detectors()) chosen.push_back(&detector);
  return chosen;
}

// Whether each family is there in each flavour that the detectors need, the flavour plain apart: one scenario of a
// family says it.
Status check_flavours(const std::vector<LoadedScenario>& scenarios, const std::vector<const Detector*>& detectors,
                      const TargetCatalogue& catalogue) {
  std::map<std::string, std::string> files;
  for (const LoadedScenario& one : scenarios) files.emplace(one.scenario.target.plugin, one.file);
  std::set<std::string> checked = {"plain"};
  for (const Detector* detector : detectors) {
    if (!checked.insert(detector->flavour).second) continue;
    std::vector<std::string> named;
    for (const auto& [family, file] : files) named.push_back(file);
    const auto loaded = load_all({named, {}, detector->flavour}, catalogue);
    if (loaded) continue;
    Error error = loaded.error();
    error.message += fmt::format("\nDetector {} needs it; --detectors can name others", detector->name);
    return error;
  }
  return Success{};
}

Result<std::vector<MatrixScenario>> matrix_scenarios(const MatrixArguments& arguments,
                                                     const std::vector<const Detector*>& detectors,
                                                     const TargetCatalogue& catalogue) {
  const std::string folder = arguments.scenario_folder.empty() ? default_scenario_folder() : arguments.scenario_folder;
  auto files = arguments.files.empty() ? catalogue_scenarios(folder) : arguments.files;
  if (!files) return files.error();
  const auto loaded = load_all({files.value(), {}, "plain"}, catalogue);
  if (!loaded) return loaded.error();
  std::vector<MatrixScenario> scenarios;
  for (const LoadedScenario& one : loaded.value()) {
    const TargetSpec& target = one.scenario.target;
    if (target.command) {
      return Error::bad_input(printable(one.file) + ": a matrix needs a target of target_host, not a command");
    }
    scenarios.push_back({{.name = target.plugin + "/" + target.variant,
                          .scenario_file = one.file,
                          .scenario_hash = hash_of(one.scenario),
                          .buggy = !one.scenario.expect.clean},
                         one.scenario});
  }
  if (const Status fit = check_flavours(loaded.value(), detectors, catalogue); !fit) return fit.error();
  return scenarios;
}

// A detector that cannot be tried is a column that says why.
std::vector<MatrixColumn> columns_of(std::vector<const Detector*>& detectors, const TargetCatalogue& catalogue) {
  std::vector<MatrixColumn> columns;
  for (const Detector* detector : detectors) {
    columns.push_back({detector->name,
                       detector->summary,
                       what_is_missing(*detector, catalogue).value_or(""),
                       detector->blind_to_atomics,
                       {}});
  }
  std::erase_if(detectors, [&](const Detector* detector) { return what_is_missing(*detector, catalogue).has_value(); });
  return columns;
}

void show(const MatrixProgress& progress) {
  const bool terminal = ::isatty(STDERR_FILENO) != 0;
  const std::string left =
      progress.left_s ? fmt::format(", about {} min {} s left", *progress.left_s / 60, *progress.left_s % 60) : "";
  fmt::print(stderr, "{}{} of {} attempts{}: {}{}", terminal ? "\r\033[K" : "", progress.done, progress.wanted, left,
             printable(progress.doing), terminal ? "" : "\n");
  std::fflush(stderr);
}

Status write_files(const MatrixArguments& arguments, const Matrix& matrix) {
  const fs::path folder(arguments.out);
  if (const Status json = write_file_atomically(folder / "matrix.json", to_matrix_json(matrix)); !json) return json;
  if (const Status text = write_file_atomically(folder / "matrix.md", to_markdown(matrix)); !text) return text;
  if (arguments.reports.empty()) return Success{};
  return write_file_atomically(folder / "matrix.html", to_matrix_html(matrix));
}

int exit_code_for(const Matrix& matrix, bool interrupted) {
  if (interrupted) return exit_interrupted;
  if (matrix.failed()) return exit_environment;
  return matrix.surprises().empty() ? exit_ok : exit_unmet;
}

}  // namespace

void add_matrix_command(CLI::App& app, MatrixArguments& arguments) {
  app.add_option("scenario", arguments.files,
                 "scenario files; default: the least one of each variant in --scenario-dir");
  app.add_option("--scenario-dir", arguments.scenario_folder,
                 "where scenarios are (./scenarios, or else those that came with heapstorm)");
  app.add_option("--attempts", arguments.attempts, "for each variant and detector, with the seeds from 1 (5)")
      ->check(CLI::Range(1, 100000));
  std::vector<std::string> names;
  for (const Detector& detector : all_detectors()) names.emplace_back(detector.name);
  app.add_option("--detectors", arguments.detectors, "some of them, with commas between; default all")
      ->delimiter(',')
      ->check(CLI::IsMember(names));
  app.add_option("--out", arguments.out, "folder of the matrix (heapstorm-matrix); one that is begun is gone on with");
  app.add_option("--plugin-dir", arguments.plugin_folder, "a folder searched for plugins first");
  app.add_option("--report", arguments.reports, "html: write matrix.html too")
      ->delimiter(',')
      ->check(CLI::IsMember({"html"}));
  app.add_flag("--json", arguments.json, "print the matrix as JSON");
}

int matrix_command(const MatrixArguments& arguments) {
  const Interrupt interrupt;
  const TargetCatalogue catalogue(default_library_folder(), arguments.plugin_folder);
  auto detectors = chosen_detectors(arguments);
  if (!detectors) return refuse(detectors.error());
  const std::vector<MatrixColumn> columns = columns_of(detectors.value(), catalogue);
  auto scenarios = matrix_scenarios(arguments, detectors.value(), catalogue);
  if (!scenarios) return refuse_each(scenarios.error());
  std::error_code error;
  fs::create_directories(arguments.out, error);
  if (error) return refuse(Error::environment(fmt::format("--out {}: {}", arguments.out, error.message())));
  const auto build = identity_of_build(catalogue, HEAPSTORM_VERSION);
  if (!build) return refuse(build.error());
  auto log = AttemptLog::open(arguments.out + "/attempts.jsonl", build.value());
  if (!log) return refuse(log.error());
  std::vector<MatrixRowInfo> rows;
  for (const MatrixScenario& scenario : scenarios.value()) rows.push_back(scenario.info);
  MatrixOptions options{.scenarios = std::move(scenarios.value()),
                        .detectors = detectors.value(),
                        .attempts = arguments.attempts,
                        .directory = arguments.out,
                        .tool_version = HEAPSTORM_VERSION,
                        .catalogue = catalogue};
  options.on_progress = show;
  options.stop = interrupt.token();
  const Status made = make_missing_attempts(options, log.value());
  if (::isatty(STDERR_FILENO) != 0) fmt::print(stderr, "\r\033[K");
  const Matrix matrix = summarise(rows, columns, arguments.attempts, log.value().attempts());
  fmt::print("{}", arguments.json ? to_matrix_json(matrix) : to_markdown(matrix));
  std::fflush(stdout);
  const Status written = write_files(arguments, matrix);
  if (!made) return refuse(made.error());
  if (!written) return refuse(written.error());
  return exit_code_for(matrix, interrupt.requested());
}

}  // namespace heapstorm::cli
