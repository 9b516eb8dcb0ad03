// The detectors that a matrix compares, and how a scenario is run so that one of them watches alone.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "harness/runner/supervisor.h"
#include "harness/scenario/scenario.h"

namespace heapstorm {

struct Detector {
  const char* name;
  const char* summary;
  const char* flavour;
  std::optional<Backend> backend;  // of the target's heap; nothing: the scenario's own, which is checked
  Valgrind valgrind = Valgrind::none;
  bool glibc_first = false;  // glibc's malloc goes before the one that target_host is linked with
};

std::span<const Detector> all_detectors();
const Detector* find_detector(std::string_view name);  // null: there is none of that name

// What this machine or this build lacks for it; nothing if it is complete.
std::optional<std::string> what_is_missing(const Detector& detector, const TargetCatalogue& catalogue);

Scenario watched_by(const Detector& detector, Scenario scenario);
void watch_with(const Detector& detector, RunOptions& options);

}  // namespace heapstorm
