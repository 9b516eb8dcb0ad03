// heapstorm run SCENARIO...
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/runner/valgrind.h"

namespace heapstorm::cli {

struct RunArguments {
  std::vector<std::string> files;
  std::uint64_t seed = 1;
  std::string flavour = "plain";
  std::string out;
  std::vector<std::string> sets;  // "load.connections=5"
  std::string plugin_folder;
  std::vector<std::string> allowed_remotes;
  std::vector<std::string> reports;  // "junit"
  Valgrind valgrind = Valgrind::none;
  bool json = false;
};

void add_run_command(CLI::App& app, RunArguments& arguments);

// All scenarios are checked before anything is started. Returns the exit code.
int run_command(const RunArguments& arguments);

}  // namespace heapstorm::cli
