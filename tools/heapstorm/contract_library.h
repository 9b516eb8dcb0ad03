// The contracts that come with heapstorm, found by where heapstorm itself lies: <prefix>/share/heapstorm/contracts.
#pragma once

#include <string>
#include <vector>

#include "harness/scenario/contract.h"

namespace heapstorm::cli {

// What a command line means by `name`: one of ours ("zend"), or the path of a file.
Result<Contract> find_contract(const std::string& name);

// The names of ours.
std::vector<std::string> contract_names();

}  // namespace heapstorm::cli
