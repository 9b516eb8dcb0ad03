// Places in the target's code as SARIF has them. Only for this folder: the JSON type is in it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "harness/findings/finding.h"

namespace heapstorm {

// A path as a URI reference: relative paths stay relative, an absolute one gets file://; any bytes are allowed in it.
std::string uri_of(const std::string& path);

// A location object; `message` is left out where it is empty.
nlohmann::ordered_json location_of(const Frame& frame, const std::string& message);
nlohmann::ordered_json location_of_file(const std::string& path);

// A stack object.
nlohmann::ordered_json stack_of(const Side& side, const std::string& message);

}  // namespace heapstorm
