// Whether the target that a scenario names is there, before anything is started.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/runner/target_catalogue.h"
#include "harness/scenario/scenario.h"

namespace heapstorm::cli {

// The error names file, line and JSON pointer, and the names that are known.
Status check_target(const Scenario& scenario, const std::string& file, const std::vector<Override>& overrides,
                    const TargetCatalogue& catalogue, const std::string& flavour);

struct ScenarioFile {
  const std::string& file;
  const std::vector<Override>& overrides;
};

// Whether one may connect to a command's endpoint: on loopback, or at an address that the command line names. With TLS,
// whether the certificates are there by which to check the server, if not the command itself is to make them.
Status check_endpoint_of(const CommandTarget& command, const std::vector<std::string>& allowed_remotes,
                         const ScenarioFile& file);

}  // namespace heapstorm::cli
