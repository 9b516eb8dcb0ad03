// A StoredRun: what a history keeps of a run. A plain value.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/runner/run_result.h"

namespace heapstorm {

struct StoredSighting {
  std::string fingerprint;
  std::string what;   // "foreign_free of date_header"
  std::string where;  // the offender's place, "" if unknown
  std::uint64_t count = 0;
  bool expected = false;
  bool operator==(const StoredSighting&) const = default;
};

struct StoredRun {
  std::string digest;       // of run.json: the same run is known again by it, wherever its file lies
  std::uint64_t set = 0;    // which runs were brought together, and are one point of a plot; counted from 1
  std::uint64_t at_ms = 0;  // when it started, since 1970
  std::string scenario, flavour;
  std::uint64_t seed = 0;
  std::string tool_version;
  bool passed = false;
  bool judged = false;  // it says something about the target: neither did the environment fail nor the user stop it
  std::vector<StoredSighting> sightings;  // a fingerprint at most once
  std::map<std::string, double> figures;  // by name
  bool operator==(const StoredRun&) const = default;
};

// `run_json` is the file's text. A run.json of before `started_at` says nothing of its time, so the file's is taken.
StoredRun to_stored_run(const RunResult& run, std::string_view run_json, std::uint64_t file_time_ms);

}  // namespace heapstorm
