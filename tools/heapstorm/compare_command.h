// heapstorm compare BASE CURRENT
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace heapstorm::cli {

struct CompareArguments {
  std::string base, current;
  bool json = false;
};

void add_compare_command(CLI::App& app, CompareArguments& arguments);

// What is new, gone or of another rate, on stdout. Returns the exit code: 1 for a regression.
int compare_command(const CompareArguments& arguments);

}  // namespace heapstorm::cli
