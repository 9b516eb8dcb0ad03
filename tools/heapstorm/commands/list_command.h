// heapstorm list [targets|scenarios|faults|flavours]
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace heapstorm::cli {

struct ListArguments {
  std::string what;             // "": everything
  std::string scenario_folder;  // "": default_scenario_folder()
  std::string plugin_folder;
  bool json = false;
};

void add_list_command(CLI::App& app, ListArguments& arguments);

// Returns the exit code.
int list_command(const ListArguments& arguments);

}  // namespace heapstorm::cli
