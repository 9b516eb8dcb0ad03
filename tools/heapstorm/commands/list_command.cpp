#include "tools/heapstorm/commands/list_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <system_error>
#include <vector>

#include "harness/base/printable.h"
#include "harness/runner/target_catalogue.h"
#include "harness/scenario/scenario.h"
#include "tools/heapstorm/commands/list_faults.h"
#include "tools/heapstorm/commands/list_targets.h"
#include "tools/heapstorm/exit_codes.h"
#include "tools/heapstorm/refusal.h"
#include "tools/heapstorm/scenario_library.h"

namespace heapstorm::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// Each part of the list is an array of objects; the first two members, name and summary, are what a person sees.
struct Part {
  const char* name;
  std::function<Result<Json>(const ListArguments&)> list;
};

Result<Json> list_flavours(const ListArguments&) {
  Json flavours = Json::array();
  for (const std::string& flavour : TargetCatalogue(default_library_folder()).flavours()) {
    flavours.push_back(
        {{"name", flavour}, {"summary", flavour == "plain" ? "no sanitizer" : "the target process under " + flavour}});
  }
  return flavours;
}

Result<Json> list_all_targets(const ListArguments& arguments) {
  auto list = list_targets(TargetCatalogue(default_library_folder(), arguments.plugin_folder));
  if (!list) return list.error();
  for (const std::string& problem : list.value().problems) refuse(Error::environment(problem));
  return std::move(list.value().targets);
}

std::vector<std::string> scenario_files(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    const bool schema = entry.path().filename() == "scenario.schema.json";
    if (entry.path().extension() == ".json" && !schema) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Result<Json> list_scenarios(const ListArguments& arguments) {
  Json scenarios = Json::array();
  const std::string folder = arguments.scenario_folder.empty() ? default_scenario_folder() : arguments.scenario_folder;
  for (const std::string& file : scenario_files(folder)) {
    const auto scenario = load_scenario(file);
    if (!scenario) return scenario.error();
    scenarios.push_back(
        {{"name", file}, {"summary", scenario.value().description}, {"scenario", scenario.value().name}});
  }
  return scenarios;
}

const std::vector<Part>& parts() {
  static const std::vector<Part> all = {{"targets", list_all_targets},
                                        {"scenarios", list_scenarios},
                                        {"faults", [](const ListArguments&) -> Result<Json> { return list_faults(); }},
                                        {"flavours", list_flavours}};
  return all;
}

void print_text(const std::string& title, const Json& entries, bool with_title) {
  if (with_title) fmt::print("{}\n", title);
  std::size_t width = 0;
  const auto text = [](const Json& entry, const char* key) {
    return printable(entry[key].get_ref<const std::string&>());
  };
  for (const Json& entry : entries) width = std::max(width, text(entry, "name").size());
  for (const Json& entry : entries) {
    fmt::print("{}{:<{}}  {}\n", with_title ? "  " : "", text(entry, "name"), width, text(entry, "summary"));
    if (title == "targets") fmt::print("{}", target_details(entry));
  }
}

}  // namespace

void add_list_command(CLI::App& app, ListArguments& arguments) {
  std::vector<std::string> names;
  for (const Part& part : parts()) names.emplace_back(part.name);
  app.add_option("what", arguments.what, "targets, scenarios, faults or flavours; default all")
      ->check(CLI::IsMember(names));
  app.add_option("--scenario-dir", arguments.scenario_folder,
                 "where scenarios are; default ./scenarios, or else those that came with heapstorm");
  app.add_option("--plugin-dir", arguments.plugin_folder, "a folder searched for plugins first");
  app.add_flag("--json", arguments.json, "machine-readable: an array, or an object of arrays for all");
}

int list_command(const ListArguments& arguments) {
  const bool all = arguments.what.empty();
  Json listed = Json::object();
  for (const Part& part : parts()) {
    if (!all && arguments.what != part.name) continue;
    auto entries = part.list(arguments);
    if (!entries) return refuse_each(entries.error());
    listed[part.name] = std::move(entries.value());
  }
  if (arguments.json) {
    fmt::print("{}\n", (all ? listed : listed[arguments.what]).dump(2, ' ', false, Json::error_handler_t::replace));
    return exit_ok;
  }
  for (const auto& [title, entries] : listed.items()) print_text(title, entries, all);
  return exit_ok;
}

}  // namespace heapstorm::cli
