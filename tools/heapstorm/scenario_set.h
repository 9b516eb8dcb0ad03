// The scenarios that a command line names, all checked before one is used.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/runner/target_catalogue.h"
#include "harness/scenario/scenario.h"

namespace heapstorm::cli {

struct ScenarioSet {
  std::vector<std::string> files;
  std::vector<std::string> sets;  // "load.connections=5"
  std::string flavour;
  std::vector<std::string> allowed_remotes{};  // addresses that are not loopback
};

struct LoadedScenario {
  std::string file;
  Scenario scenario;
};

// The error has every mistake of every file, one a line.
Result<std::vector<LoadedScenario>> load_all(const ScenarioSet& set, const TargetCatalogue& catalogue);

}  // namespace heapstorm::cli
