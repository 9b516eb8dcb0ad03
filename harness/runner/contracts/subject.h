// The Subject of a contract: the program that a command line runs, and what the loader gives it.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.h"

namespace heapstorm {

struct Subject {
  std::string program;
  std::vector<std::string> modules;  // the program first, in the loader's order
  std::vector<std::string> missing;
};

// Follows scripts to their interpreters. See check_contract() for the errors.
Result<Subject> find_subject(const std::vector<std::string>& command);

// What the loader's list says, a line for each library.
void read_loader_list(const std::string& text, Subject& subject);

}  // namespace heapstorm
