#include "tools/heapstorm/target_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "harness/abi/target.h"
#include "harness/base/printable.h"
#include "harness/files/text_file.h"
#include "harness/runner/ca_file.h"
#include "harness/scenario/scenario_place.h"
#include "harness/storm/storm.h"
#include "tools/heapstorm/parameter_check.h"

namespace heapstorm::cli {
namespace {
constexpr std::size_t scenario_limit_bytes = 16u << 20;  // more than load_scenario takes

bool is_folder(const std::string& path) {
  std::error_code unreadable;
  return std::filesystem::is_directory(path, unreadable);
}

}  // namespace

Status check_target(const Scenario& scenario, const std::string& file, const std::vector<Override>& overrides,
                    const TargetCatalogue& catalogue, const std::string& flavour) {
  const TargetSpec& target = scenario.target;
  const auto wrong = [&](const std::string& pointer, const std::string& what) {
    const std::string text = read_text(file, scenario_limit_bytes);
    return Error::bad_input(
        printable(fmt::format("{}: {}: {}", place_in_scenario(text, file, overrides, pointer), pointer, what)));
  };
  const auto plugin = catalogue.plugin_file(flavour, target.plugin);
  if (!plugin) {
    if (const std::string& folder = catalogue.plugin_folder(); !folder.empty() && !is_folder(folder)) {
      return wrong("/target/plugin",
                   fmt::format("there is no target \"{}\": --plugin-dir {} is no folder", target.plugin, folder));
    }
    if (const auto command = catalogue.build_command({target.plugin + "_" + flavour})) {
      return wrong("/target/plugin", fmt::format("target \"{}\" is not built for flavour {}; build it with: {}",
                                                 target.plugin, flavour, *command));
    }
    return wrong("/target/plugin", fmt::format("there is no target \"{}\"; known are: {}", target.plugin,
                                               fmt::join(catalogue.families(flavour), ", ")));
  }
  const auto described = catalogue.describe(flavour, target.plugin);
  if (!described) return Error{described.error().kind, printable(described.error().message)};
  const TargetInfo& info = described.value();
  if (info.abi_version != 0 && info.abi_version != HEAPSTORM_TARGET_ABI) {
    return wrong("/target/plugin",
                 fmt::format("{} was built for version {} of the plugin ABI, this heapstorm has version {}", *plugin,
                             info.abi_version, HEAPSTORM_TARGET_ABI));
  }
  if (!info.error.empty()) return wrong("/target/plugin", info.error);
  const auto is_it = [&](const VariantInfo& known) { return known.name == target.variant; };
  const auto variant = std::find_if(info.variants.begin(), info.variants.end(), is_it);
  if (variant == info.variants.end()) {
    std::vector<std::string> names;
    for (const VariantInfo& known : info.variants) names.push_back(known.name);
    return wrong("/target/variant", fmt::format("target \"{}\" has no variant \"{}\"; known are: {}", target.plugin,
                                                target.variant, fmt::join(names, ", ")));
  }
  return check_parameters(target, *variant, wrong);
}

Status check_endpoint_of(const CommandTarget& command, const std::vector<std::string>& allowed_remotes,
                         const ScenarioFile& file) {
  const std::string& address = command.endpoint.address;
  const bool allowed = std::find(allowed_remotes.begin(), allowed_remotes.end(), address) != allowed_remotes.end();
  const auto wrong = [&](const std::string& pointer, const Error& error) {
    const std::string text = read_text(file.file, scenario_limit_bytes);
    return Error::bad_input(printable(fmt::format(
        "{}: {}: {}", place_in_scenario(text, file.file, file.overrides, pointer), pointer, error.message)));
  };
  const Status checked = check_endpoint({.address = address, .allow_remote = allowed});
  if (!checked) return wrong("/target/endpoint", checked.error());
  if (!command.tls || !command.tls->verify || command.tls->ca_file.starts_with(scratch_placeholder)) return Success{};
  const auto certificates = read_ca_file(command.tls->ca_file);
  if (!certificates) return wrong("/target/tls/ca_file", certificates.error());
  return Success{};
}

}  // namespace heapstorm::cli
