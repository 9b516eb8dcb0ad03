// heapstorm: the command line, the only place that wires the parts together.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "harness/base/printable.h"
#include "tools/heapstorm/commands/compare_command.h"
#include "tools/heapstorm/commands/contract_command.h"
#include "tools/heapstorm/commands/doctor_command.h"
#include "tools/heapstorm/commands/history_command.h"
#include "tools/heapstorm/commands/list_command.h"
#include "tools/heapstorm/commands/matrix_command.h"
#include "tools/heapstorm/commands/report_command.h"
#include "tools/heapstorm/commands/run_command.h"
#include "tools/heapstorm/commands/validate_command.h"
#include "tools/heapstorm/exit_codes.h"
#include "tools/heapstorm/refusal.h"

namespace {

using namespace heapstorm::cli;

int main_or_throw(int argc, char** argv) {
  CLI::App app("Makes thread-ownership bugs of servers happen and names both sides of them.", "heapstorm");
  app.set_version_flag("--version", "heapstorm " HEAPSTORM_VERSION);
  app.require_subcommand(1);
  app.failure_message([](const CLI::App*, const CLI::Error& error) {
    return heapstorm::printable(error.what()) + "\nRun with --help for more information.\n";
  });
  app.footer(
      "Exit codes: 0 every expectation met; 1 one was not; 2 bad input or usage; 3 the environment or the harness "
      "failed; "
      "130 interrupted, report written.");
  RunArguments run;
  ListArguments list;
  ValidateArguments validate;
  ReportArguments report;
  DoctorArguments doctor;
  CompareArguments compare;
  MatrixArguments matrix;
  HistoryArguments history;
  ContractArguments contract;
  CLI::App* const run_app = app.add_subcommand("run", "run scenarios and judge what is found");
  CLI::App* const list_app = app.add_subcommand("list", "what there is: targets, scenarios, faults, flavours");
  CLI::App* const report_app = app.add_subcommand("report", "what a finished run left behind, for a person");
  CLI::App* const compare_app = app.add_subcommand("compare", "what is new, gone or of another rate since other runs");
  CLI::App* const matrix_app = app.add_subcommand("matrix", "which detector catches which variant");
  CLI::App* const history_app =
      app.add_subcommand("history", "runs of many days in one file: findings, rates, figures over time");
  CLI::App* const contract_app =
      app.add_subcommand("contract", "which functions of a program allocate and free: what can be seen of it");
  CLI::App* const validate_app = app.add_subcommand("validate", "check scenario files, run nothing");
  CLI::App* const doctor_app = app.add_subcommand("doctor", "what this machine lacks, and how to get it");
  add_run_command(*run_app, run);
  add_list_command(*list_app, list);
  add_report_command(*report_app, report);
  add_compare_command(*compare_app, compare);
  add_matrix_command(*matrix_app, matrix);
  add_history_command(*history_app, history);
  add_contract_command(*contract_app, contract);
  add_validate_command(*validate_app, validate);
  add_doctor_command(*doctor_app, doctor);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_ok : exit_bad_input;
  }
  if (run_app->parsed()) return run_command(run);
  if (list_app->parsed()) return list_command(list);
  if (report_app->parsed()) return report_command(report);
  if (doctor_app->parsed()) return doctor_command(doctor);
  if (compare_app->parsed()) return compare_command(compare);
  if (matrix_app->parsed()) return matrix_command(matrix);
  if (contract_app->parsed()) return contract_command(contract);
  if (history_app->parsed()) return history_command(history);
  return validate_command(validate);
}

}  // namespace

// A program that was started without some of the three would give their numbers to files of ours.
void open_standard_descriptors() {
  int descriptor = open("/dev/null", O_RDWR);
  while (descriptor >= 0 && descriptor <= STDERR_FILENO) descriptor = open("/dev/null", O_RDWR);
  if (descriptor > STDERR_FILENO) close(descriptor);
}

// A reader who closed the pipe has had enough; a file that lacks what was found is no success.
bool output_is_lost() {
  struct stat status = {};
  const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  return !written && fstat(STDOUT_FILENO, &status) == 0 && !S_ISFIFO(status.st_mode) && !S_ISSOCK(status.st_mode);
}

int output_lost() {
  std::fprintf(stderr, "heapstorm: not all of the output could be written\n");
  return exit_environment;
}

int main(int argc, char** argv) {
  open_standard_descriptors();
  ::unsetenv("DEBUGINFOD_URLS");  // where debug information is looked for: on this machine only
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of that write
  std::signal(SIGXFSZ, SIG_IGN);  // and so is a limit for the size of files
  try {
    const int code = main_or_throw(argc, argv);
    return output_is_lost() ? output_lost() : code;
  } catch (const std::exception& error) {
    if (output_is_lost()) return output_lost();
    return refuse(heapstorm::Error::environment(std::string("internal error: ") + error.what()));
  }
}
