// The scenarios that come with heapstorm, found by where heapstorm itself lies: <prefix>/share/heapstorm/scenarios.
#pragma once

#include <string>

namespace heapstorm::cli {

// The file that a command line means by `name`: the one at this path, or else the one of this name that came with
// heapstorm, as in "null/echo" or "null/echo.json". If there is neither, `name` as it is: what opens it will complain.
std::string find_scenario(const std::string& name);

// Where `heapstorm list scenarios` looks: in the folder ./scenarios if there is one, or else in what came with
// heapstorm.
std::string default_scenario_folder();

}  // namespace heapstorm::cli
