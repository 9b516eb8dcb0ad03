// A History as JSON.
#pragma once

#include <string>

#include "reports/history/history.h"

namespace heapstorm {

// One object of schema "heapstorm.history/1", indented, with a newline at its end. The same history gives the same
// bytes.
std::string to_history_json(const History& history);

}  // namespace heapstorm
