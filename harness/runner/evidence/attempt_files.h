// What an attempt writes into its directory besides the reports: what it was made of, and what the target left behind.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/plan/plan.h"
#include "harness/runner/box/black_box_file.h"
#include "harness/runner/run_options.h"
#include "harness/runner/run_result.h"
#include "harness/scenario/scenario.h"

namespace heapstorm {

// Scenario and plan. An error of the environment if there is no room for the scenario; the plan can be left out, with a
// note, because seed and scenario are enough to have it again.
Status write_inputs(const Scenario& scenario, const Plan& plan, const RunOptions& options,
                    std::vector<std::string>& notes);

// The black box. What is left out is a note.
void save_black_box(const BlackBoxFile& box, const RunDirectory& directory, std::vector<std::string>& notes);

// Of a target that never served: what it said last, as a note.
void note_last_words(const RunDirectory& directory, std::vector<std::string>& notes);

}  // namespace heapstorm
