// The part of `heapstorm list` that is about targets.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/runner/target_catalogue.h"

namespace heapstorm::cli {

struct TargetList {
  // An array of objects, one for each variant: name and summary first, then all that its plugin says.
  nlohmann::ordered_json targets = nlohmann::ordered_json::array();
  std::vector<std::string> problems;  // why a plugin is not in it
};

Result<TargetList> list_targets(const TargetCatalogue& catalogue);

// What a person sees below the line with name and summary: the issue, the findings, the parameters. Empty, or whole
// lines.
std::string target_details(const nlohmann::ordered_json& target);

}  // namespace heapstorm::cli
