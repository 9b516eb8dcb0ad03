// The modules of this process as the loader has them. Takes the loader's lock: not from inside a hook.
#pragma once

#include <cstdint>
#include <span>

#include "harness/abi/hook_plan.h"

namespace heapstorm::agent {

// Writes where each of `modules` is loaded to `bases`, by its build id; what is not loaded keeps its value.
void find_bases(std::span<const heapstorm_hook_module> modules, std::uint64_t* bases);

}  // namespace heapstorm::agent
