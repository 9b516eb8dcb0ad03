// What a sanitizer cannot see of the blocks of a target's heap as the scenario has it, so that a run that found nothing
// does not say more than it may.
#pragma once

#include <string>
#include <vector>

#include "harness/scenario/scenario.h"

namespace heapstorm {

// Sentences for a report, one for each blind spot; none if the flavour's sanitizer sees all that it looks for, and in
// flavour plain.
std::vector<std::string> find_blind_spots(const std::string& flavour, const HeapSpec& heap);

}  // namespace heapstorm
