// What a reader of a run should know of what its storm met with, beside counts and findings.
#pragma once

#include <string>
#include <vector>

#include "harness/storm/storm.h"

namespace heapstorm {

// Appends a sentence for each thing: why connections ended early, and what the server may do though it is unusual.
void note_storm(const StormResult& storm, std::vector<std::string>& notes);

}  // namespace heapstorm
