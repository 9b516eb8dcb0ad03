// Where a value of a scenario stands.
#pragma once

#include <string>
#include <vector>

#include "harness/scenario/scenario.h"

namespace heapstorm::cli {

// "scenarios/x.json:12", or "scenarios/x.json: --set target.plugin=y" for a value that an override put there. The file
// is one that load_scenario has read.
std::string place_in_scenario(const std::string& file, const std::vector<Override>& overrides,
                              const std::string& pointer);

}  // namespace heapstorm::cli
