// A Finding as it stands in run.json. Only for this folder: the JSON type is in it.
#pragma once

#include <nlohmann/json.hpp>

#include "harness/findings/finding.h"

namespace heapstorm {

nlohmann::ordered_json to_json(const Finding& finding);

}  // namespace heapstorm
