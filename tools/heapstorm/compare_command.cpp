#include "tools/heapstorm/compare_command.h"

#include <fmt/format.h>

#include "reports/compare/comparison.h"
#include "reports/compare/comparison_json.h"
#include "reports/compare/comparison_text.h"
#include "reports/text/printable.h"
#include "tools/heapstorm/exit_codes.h"
#include "tools/heapstorm/run_files.h"

namespace heapstorm::cli {
namespace {

int refuse(const Error& error) {
  fmt::print(stderr, "heapstorm: {}\n", printable(error.message));
  return exit_code_of(error);
}

}  // namespace

void add_compare_command(CLI::App& app, CompareArguments& arguments) {
  app.add_option("base", arguments.base, "a run.json, a run directory, or a folder of run directories")->required();
  app.add_option("current", arguments.current, "the same, of the build that is judged")->required();
  app.add_flag("--json", arguments.json, "print the comparison as JSON");
  app.footer(
      "A regression (exit code 1): a finding that the base never had and the scenario does not expect (any new one, if "
      "the scenarios differ); an unexpected finding that is seen more often, or an expected one less often, than "
      "chance "
      "explains (Fisher's exact test, p < 0.01, Holm's correction). Load figures decide nothing.");
}

int compare_command(const CompareArguments& arguments) {
  const auto base = read_runs(arguments.base);
  if (!base) return refuse(base.error());
  const auto current = read_runs(arguments.current);
  if (!current) return refuse(current.error());
  const Comparison comparison = compare(base.value(), current.value());
  fmt::print("{}", arguments.json ? to_comparison_json(comparison) : to_text(comparison));
  return comparison.regression() ? exit_unmet : exit_ok;
}

}  // namespace heapstorm::cli
