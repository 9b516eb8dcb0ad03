// heapstorm report RUN_DIR
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace heapstorm::cli {

struct ReportArguments {
  std::string directory;
  std::string format = "text";
};

void add_report_command(CLI::App& app, ReportArguments& arguments);

// What a finished run left in its directory, on stdout. Returns the exit code.
int report_command(const ReportArguments& arguments);

}  // namespace heapstorm::cli
