// What holds for every Finding, whatever its source was fed. Aborts when it does not.
#pragma once

#include <cstddef>
#include <string>

#include "harness/findings/finding.h"

namespace heapstorm {

void check_text(const std::string& text);
void check_finding(const Finding& finding, std::size_t most_frames);

}  // namespace heapstorm
