// heapstorm history add RUN... and heapstorm history show
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace heapstorm::cli {

struct HistoryArguments {
  bool adds = false;  // else shows
  std::string database = "heapstorm-history.db";
  std::vector<std::string> runs;
  bool json = false;
  std::string report;
  std::string out = "heapstorm-history.html";  // "-" for stdout
};

void add_history_command(CLI::App& app, HistoryArguments& arguments);

// Puts finished runs into the database, all or none, or shows what is in it. Returns the exit code.
int history_command(const HistoryArguments& arguments);

}  // namespace heapstorm::cli
