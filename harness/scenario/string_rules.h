// What the strings of a scenario must look like. scenario.schema.json says the same as patterns. Internal to
// harness/scenario.
#pragma once

#include "harness/scenario/reader.h"

namespace heapstorm::scenario {

extern const StringRule any_text;
extern const StringRule scenario_name;  // "family/variant"
extern const StringRule plugin_name;    // part of a file name, so nothing that could leave a folder
extern const StringRule request_path;   // goes into a request line as it is
extern const StringRule block_tag;      // fits a name of the black box
extern const StringRule finding_kind;   // a known kind, or a pattern of them

}  // namespace heapstorm::scenario
