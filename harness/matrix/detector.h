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
  // It takes what C++ atomics order for a race: only what a variant's own code does counts, and an alarm at a fixed one
  // is no surprise.
  bool blind_to_atomics = false;
};

std::span<const Detector> all_detectors();
const Detector* find_detector(std::string_view name);  // null: there is none of that name

// What this machine or this build lacks for it; nothing if it is complete.
std::optional<std::string> what_is_missing(const Detector& detector, const TargetCatalogue& catalogue);

// Whether this finding in a run of that family says that the detector has caught something.
bool counts(const Detector& detector, const Finding& finding, const std::string& family);

Scenario watched_by(const Detector& detector, Scenario scenario);
void watch_with(const Detector& detector, RunOptions& options);

}  // namespace heapstorm
