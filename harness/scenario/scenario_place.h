// Where a value of a scenario stands, for mistakes that only somebody who knows more than the file can see: that there
// is no such target, say.
#pragma once

#include <string>
#include <vector>

#include "harness/scenario/scenario.h"

namespace heapstorm {

// "scenarios/x.json:12", or "scenarios/x.json: --set target.plugin=y" for a value that an override put there. `text`
// and `overrides` are what parse_scenario was given; `pointer` is a JSON pointer, and what is not there stands where
// its nearest ancestor does. Only the file's name if the text is no JSON.
std::string place_in_scenario(const std::string& text, const std::string& file, const std::vector<Override>& overrides,
                              const std::string& pointer);

}  // namespace heapstorm
