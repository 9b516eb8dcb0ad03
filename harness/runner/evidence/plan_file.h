// The plan of a run as plan.jsonl.zst in its run directory.
#pragma once

#include <stop_token>
#include <string>

#include "harness/base/result.h"
#include "harness/plan/plan.h"

namespace heapstorm {

// Streams: a plan of a million connections takes no memory.
Status write_plan_file(const Plan& plan, const std::string& path, const std::stop_token& stop);

}  // namespace heapstorm
