// heapstorm contract check
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace heapstorm::cli {

struct ContractArguments {
  std::string contract;
  std::vector<std::string> through;
  std::vector<std::string> command;
  bool json = false;
};

void add_contract_command(CLI::App& app, ContractArguments& arguments);

// Returns the exit code.
int contract_command(const ContractArguments& arguments);

}  // namespace heapstorm::cli
