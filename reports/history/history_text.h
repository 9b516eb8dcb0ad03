// A History for a person.
#pragma once

#include <string>

#include "reports/history/history.h"

namespace heapstorm {

// Several lines with a newline at the end: first each finding with its first and last sighting, then each scenario with
// its rates and load figures, the newest points last. Of long lists only the newest are there. Control characters that
// a target printed are escaped.
std::string to_text(const History& history);

}  // namespace heapstorm
