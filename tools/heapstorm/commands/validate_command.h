// heapstorm validate SCENARIO...
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace heapstorm::cli {

struct ValidateArguments {
  std::vector<std::string> files;
  std::vector<std::string> sets;
  std::string flavour = "plain";
  std::string plugin_folder;
  std::vector<std::string> allowed_remotes;
};

void add_validate_command(CLI::App& app, ValidateArguments& arguments);

// Checks files and the targets they name, and runs no scenario. Returns the exit code.
int validate_command(const ValidateArguments& arguments);

}  // namespace heapstorm::cli
