#include "tools/heapstorm/commands/validate_command.h"

#include <fmt/format.h>

#include "harness/base/printable.h"
#include "tools/heapstorm/exit_codes.h"
#include "tools/heapstorm/refusal.h"
#include "tools/heapstorm/scenario_set.h"

namespace heapstorm::cli {

void add_validate_command(CLI::App& app, ValidateArguments& arguments) {
  app.add_option("scenario", arguments.files, "scenario files")->required();
  app.add_option("--set", arguments.sets, "KEY=VALUE: change the scenario, as in load.connections=5")
      ->allow_extra_args(false);
  app.add_option("--flavour", arguments.flavour, "plain, asan or tsan: whose targets to look at (plain)");
  app.add_option("--plugin-dir", arguments.plugin_folder, "a folder searched for plugins first");
  app.add_option("--allow-remote", arguments.allowed_remotes,
                 "ADDRESS: allow an endpoint at this address, which is not loopback")
      ->allow_extra_args(false);
}

int validate_command(const ValidateArguments& arguments) {
  const TargetCatalogue catalogue(default_library_folder(), arguments.plugin_folder);
  const auto loaded =
      load_all({arguments.files, arguments.sets, arguments.flavour, arguments.allowed_remotes}, catalogue);
  if (!loaded) return refuse_scenarios(loaded.error());
  for (const LoadedScenario& scenario : loaded.value())
    fmt::print("{}: ok, {}\n", printable(scenario.file), printable(scenario.scenario.name));
  return exit_ok;
}

}  // namespace heapstorm::cli
