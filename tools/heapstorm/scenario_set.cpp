#include "tools/heapstorm/scenario_set.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/base/printable.h"
#include "tools/heapstorm/scenario_library.h"
#include "tools/heapstorm/target_check.h"

namespace heapstorm::cli {
namespace {

Result<std::vector<Override>> parse_sets(const std::vector<std::string>& sets) {
  std::vector<Override> overrides;
  for (const std::string& set : sets) {
    const std::size_t equals = set.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Error::bad_input(fmt::format("--set {}: must be KEY=VALUE, as in load.connections=5", printable(set)));
    }
    overrides.push_back({set.substr(0, equals), set.substr(equals + 1)});
  }
  return overrides;
}

// What has to be built for these scenarios; "" if this is no build folder or it does not know all of it.
std::string how_to_build(const std::string& flavour, const std::vector<std::string>& families,
                         const TargetCatalogue& catalogue) {
  std::vector<std::string> targets = {"target_host_" + flavour};
  for (const std::string& family : families) {
    if (!catalogue.plugin_file(flavour, family)) targets.push_back(family + "_" + flavour);
  }
  const auto command = catalogue.build_command(targets);
  return command ? "; build it with: " + *command : "";
}

Status check_flavour(const std::string& flavour, const std::vector<std::string>& families,
                     const TargetCatalogue& catalogue) {
  const auto built = catalogue.flavours();
  if (std::find(built.begin(), built.end(), flavour) != built.end()) return Success{};
  const std::string remedy = how_to_build(flavour, families, catalogue);
  if (built.empty())
    return Error::environment("no target_host was found: the build is not complete" + printable(remedy));
  return Error::bad_input(
      fmt::format("--flavour {}: not built; built are: {}{}", printable(flavour), fmt::join(built, ", "), remedy));
}

// A command is as its user has built it: the flavour is only its name in the report.
Status check_command(const ScenarioSet& set, const CommandTarget& command, const ScenarioFile& file) {
  if (set.flavour != "plain" && set.flavour != "asan" && set.flavour != "tsan") {
    return Error::bad_input(fmt::format("--flavour {}: must be plain, asan or tsan", printable(set.flavour)));
  }
  return check_endpoint_of(command, set.allowed_remotes, file);
}

Result<Scenario> load_one(const std::string& file, const std::vector<Override>& overrides, const ScenarioSet& set,
                          const TargetCatalogue& catalogue) {
  auto scenario = load_scenario(file, overrides);
  if (!scenario) return scenario;
  const auto& command = scenario.value().target.command;
  const Status target = command ? check_command(set, *command, {file, overrides})
                                : check_target(scenario.value(), file, overrides, catalogue, set.flavour);
  if (!target) return target.error();
  return scenario;
}

// Of those that target_host is to run; a file that cannot be read counts as one with an unknown family, "".
std::vector<std::string> hosted_families(const std::vector<std::string>& files,
                                         const std::vector<Override>& overrides) {
  std::vector<std::string> families;
  for (const std::string& file : files) {
    const auto scenario = load_scenario(file, overrides);
    if (scenario && scenario.value().target.command) continue;
    const std::string family = scenario ? scenario.value().target.plugin : "";
    if (std::find(families.begin(), families.end(), family) == families.end()) families.push_back(family);
  }
  return families;
}

}  // namespace

Result<std::vector<LoadedScenario>> load_all(const ScenarioSet& set, const TargetCatalogue& catalogue) {
  const auto overrides = parse_sets(set.sets);
  if (!overrides) return overrides.error();
  std::vector<std::string> files;
  for (const std::string& name : set.files) files.push_back(find_scenario(name));
  const auto families = hosted_families(files, overrides.value());
  if (const Status flavour = check_flavour(set.flavour, families, catalogue); !families.empty() && !flavour) {
    return flavour.error();
  }
  std::vector<LoadedScenario> loaded;
  Error mistakes = Error::bad_input("");
  for (const std::string& file : files) {
    auto scenario = load_one(file, overrides.value(), set, catalogue);
    if (scenario) {
      loaded.push_back({file, std::move(scenario.value())});
      continue;
    }
    if (!mistakes.message.empty()) mistakes.message += "\n";
    mistakes.message += scenario.error().message;
    if (scenario.error().kind == ErrorKind::environment) mistakes.kind = ErrorKind::environment;
  }
  if (!mistakes.message.empty()) return mistakes;
  return loaded;
}

}  // namespace heapstorm::cli
