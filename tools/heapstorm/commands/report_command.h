// heapstorm report RUN_DIR
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace heapstorm::cli {

struct ReportArguments {
  std::string directory;
  std::string format = "text";
  std::string out;  // "" for the format's file in the run directory, "-" for stdout
};

void add_report_command(CLI::App& app, ReportArguments& arguments);

// What a finished run left in its directory: text on stdout, other formats into a file. Returns the exit code.
int report_command(const ReportArguments& arguments);

}  // namespace heapstorm::cli
