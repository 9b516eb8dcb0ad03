// What `heapstorm doctor` looked at: one line of its list.
#pragma once

#include <string>
#include <vector>

#include "harness/runner/target_catalogue.h"

namespace heapstorm::cli {

struct Diagnosis {
  enum class State { ok, limited, missing };  // limited: something that not every run needs

  std::string name;
  State state = State::ok;
  std::string found;    // "1.8 GHz", "is not there"
  std::string purpose;  // what it is for
  std::string remedy;   // how to get it; "" when it is there
};

using Diagnoses = std::vector<Diagnosis>;

// The kernel and the limits that it sets this process.
Diagnoses diagnose_kernel();
// Each flavour's target_host is started: whether a sanitizer can map its shadow here, only it can tell.
Diagnoses diagnose_flavours(const TargetCatalogue& catalogue);
// Programs that heapstorm starts, or is built with, or that some scenarios storm.
Diagnoses diagnose_programs();

}  // namespace heapstorm::cli
