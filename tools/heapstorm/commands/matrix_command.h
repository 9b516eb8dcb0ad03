// heapstorm matrix [SCENARIO...]
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace heapstorm::cli {

struct MatrixArguments {
  std::vector<std::string> files;      // none: the least scenario of each variant in `scenario_folder`
  std::string scenario_folder;         // "": the default_scenario_folder()
  std::vector<std::string> detectors;  // none: all
  std::uint64_t attempts = 5;
  std::string out = "heapstorm-matrix";
  std::string plugin_folder;
  std::vector<std::string> reports;  // "html"
  bool json = false;
};

void add_matrix_command(CLI::App& app, MatrixArguments& arguments);

// Returns the exit code: 1 if something was found in a fixed variant, or nothing in a buggy one.
int matrix_command(const MatrixArguments& arguments);

}  // namespace heapstorm::cli
