// Files that a user has written: read whole, with what every JSON file of ours is looked at for. Internal to
// harness/scenario.
#pragma once

#include <string>

#include "harness/base/result.h"
#include "harness/scenario/reading/diagnostics.h"
#include "harness/scenario/reading/json_document.h"

namespace heapstorm::scenario {

// Its text. Of more than 4 MiB it is no file of ours (`what`: "scenario"). The error names the file.
Result<std::string> read_input(const std::string& file, const char* what);

void note_duplicates(const JsonDocument& document, Diagnostics& diagnostics);

}  // namespace heapstorm::scenario
