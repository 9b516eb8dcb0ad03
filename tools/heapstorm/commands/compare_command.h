// heapstorm compare BASE CURRENT
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace heapstorm::cli {

struct CompareArguments {
  std::string base, current;
  bool json = false;
  std::vector<std::string> reports;
  std::string out = "heapstorm-comparison";
};

void add_compare_command(CLI::App& app, CompareArguments& arguments);

// What is new, gone or of another rate, on stdout and in the reports asked for. Returns the exit code: 1 for a
// regression.
int compare_command(const CompareArguments& arguments);

}  // namespace heapstorm::cli
