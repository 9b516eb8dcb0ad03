// What `heapstorm list faults` shows: every way to leave, every protocol fault, every fault on the target's side.
#pragma once

#include <nlohmann/json.hpp>

namespace heapstorm::cli {

// An array of objects: name, summary, step ("leave", "misbehave", or "faults" for the scenario's list), protocols,
// parameters{name, unit, default, least, most}, wire. Of the last kind only name, summary and step.
nlohmann::ordered_json list_faults();

}  // namespace heapstorm::cli
