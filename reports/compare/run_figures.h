// The load figures of a run, and what becomes of them and of the environment in two sets of runs.
#pragma once

#include <optional>
#include <vector>

#include "reports/compare/comparison.h"

namespace heapstorm {

struct RunFigure {
  const char* name;
  std::optional<double>
      value;  // nothing: not known, the run is of before this was counted, or there was nothing to count
};

// The same names in the same order for every run.
std::vector<RunFigure> figures_of(const RunResult& run);

// 0 of 0 runs if there is none.
Spread spread_of(std::vector<double> values);

std::vector<FigureChange> figure_changes(const std::vector<const RunResult*>& base,
                                         const std::vector<const RunResult*>& current);

// What is not the same on both sides.
std::vector<EnvironmentChange> environment_changes(const std::vector<const RunResult*>& base,
                                                   const std::vector<const RunResult*>& current);

}  // namespace heapstorm
