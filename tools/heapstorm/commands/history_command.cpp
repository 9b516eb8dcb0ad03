#include "tools/heapstorm/commands/history_command.h"

#include <fmt/format.h>

#include "harness/base/printable.h"
#include "harness/files/atomic_file.h"
#include "reports/history/history.h"
#include "reports/history/history_database.h"
#include "reports/history/history_reports.h"
#include "tools/heapstorm/commands/run_files.h"
#include "tools/heapstorm/exit_codes.h"
#include "tools/heapstorm/refusal.h"

namespace heapstorm::cli {
namespace {

constexpr const char* html_format = "html";

Result<std::vector<StoredRun>> read_stored_runs(const std::string& path) {
  const auto files = run_files_at(path);
  if (!files) return files.error();
  std::vector<StoredRun> runs;
  for (const std::string& file : files.value()) {
    const auto read = read_run_file(file);
    if (!read) return read.error();
    runs.push_back(to_stored_run(read.value().run, read.value().text, read.value().file_time_ms));
  }
  return runs;
}

// An argument is a set, one point of the plots. Single runs that stand beside each other, as in `add runs/*`, are one
// together: a rate of one attempt says nothing.
Result<std::vector<std::vector<StoredRun>>> read_sets(const std::vector<std::string>& paths) {
  std::vector<std::vector<StoredRun>> sets;
  std::vector<StoredRun> single_ones;
  for (const std::string& path : paths) {
    auto runs = read_stored_runs(path);
    if (!runs) return runs.error();
    if (runs.value().size() == 1) {
      single_ones.push_back(std::move(runs.value().front()));
    } else {
      sets.push_back(std::move(runs.value()));
    }
  }
  if (!single_ones.empty()) sets.push_back(std::move(single_ones));
  return sets;
}

std::string runs_text(std::uint64_t count) {
  return fmt::format("{} run{}", count, count == 1 ? "" : "s");
}

std::string added_text(const HistoryDatabase::Added& added, const std::string& database) {
  const std::string known =
      added.known == 0 ? "" : fmt::format("; {} in it already, nothing changed", runs_text(added.known));
  return fmt::format("added {} to {}{}\n", runs_text(added.added), printable(database), known);
}

// The runs are read before the database is made or opened.
Result<std::string> add(const HistoryArguments& arguments) {
  const auto sets = read_sets(arguments.runs);
  if (!sets) return sets.error();
  auto database = HistoryDatabase::open(arguments.database, HistoryDatabase::Access::add);
  if (!database) return database.error();
  const auto added = database.value().add(sets.value());
  if (!added) return added.error();
  return added_text(added.value(), arguments.database);
}

Result<std::string> page(const HistoryArguments& arguments, const History& history) {
  std::string html = to_history_html(history);
  if (arguments.out == "-") return html;
  if (const Status written = write_file_atomically(arguments.out, html); !written) return written.error();
  return printable(arguments.out) + "\n";
}

Result<std::string> show(const HistoryArguments& arguments) {
  if (!arguments.report.empty() && arguments.report != html_format) {
    return Error::bad_input("--report " + arguments.report + ": there is no such report of a history; there is: html");
  }
  const auto database = HistoryDatabase::open(arguments.database, HistoryDatabase::Access::read);
  if (!database) return database.error();
  auto runs = database.value().runs();
  if (!runs) return runs.error();
  const History history = make_history(std::move(runs.value()));
  if (!arguments.report.empty()) return page(arguments, history);
  return arguments.json ? to_history_json(history) : to_text(history);
}

}  // namespace

void add_history_command(CLI::App& app, HistoryArguments& arguments) {
  app.require_subcommand(1);
  const char* const database_help = "FILE: the SQLite file it is kept in; default heapstorm-history.db";
  CLI::App* const add_app =
      app.add_subcommand("add", "put finished runs in; a run that is in it already changes nothing");
  add_app->add_option("run", arguments.runs, "run.json files, run directories, or folders of run directories")
      ->required();
  add_app->add_option("--database", arguments.database, database_help);
  add_app->callback([&arguments] { arguments.adds = true; });
  add_app->footer(
      "Each RUN is one point of the plots: a folder's runs are the attempts of one hit rate. Single runs that are "
      "named "
      "together are one point.");
  CLI::App* const show_app =
      app.add_subcommand("show", "first and last sighting of each finding, hit rates and load figures over time");
  show_app->add_option("--database", arguments.database, database_help);
  CLI::Option* const report =
      show_app->add_option("--report", arguments.report, "html: write a page with plots instead, and print its name");
  show_app->add_option("--out", arguments.out, "FILE: of the page; default heapstorm-history.html, - prints it")
      ->needs(report);
  show_app->add_flag("--json", arguments.json, "print it as JSON")->excludes(report);
}

int history_command(const HistoryArguments& arguments) {
  const auto output = arguments.adds ? add(arguments) : show(arguments);
  if (!output) return refuse(output.error());
  fmt::print("{}", output.value());
  return exit_ok;
}

}  // namespace heapstorm::cli
