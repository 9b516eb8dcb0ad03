// The part of `heapstorm list` that is about targets.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "harness/base/result.h"
#include "harness/runner/target_catalogue.h"

namespace heapstorm::cli {

// An array of objects, one for each variant: name and summary first, then all that its plugin says.
Result<nlohmann::ordered_json> list_targets(const TargetCatalogue& catalogue);

// What a person sees below the line with name and summary: the issue, the findings, the parameters. Empty, or whole
// lines.
std::string target_details(const nlohmann::ordered_json& target);

}  // namespace heapstorm::cli
