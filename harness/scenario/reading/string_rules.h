// What the strings of a scenario must look like. scenario.schema.json says the same as patterns. Internal to
// harness/scenario.
#pragma once

#include "harness/scenario/reading/reader.h"

namespace heapstorm::scenario {

extern const StringRule any_text;
extern const StringRule scenario_name;  // "family/variant"
extern const StringRule plugin_name;    // part of a file name, so nothing that could leave a folder
extern const StringRule parameter_name;
extern const StringRule request_path;  // goes into a request line as it is
extern const StringRule header_name;   // a token (RFC 9110, 5.6.2)
extern const StringRule header_value;
extern const StringRule program_word;   // the first word of a command
extern const StringRule command_word;   // the others, and values of variables
extern const StringRule variable_name;  // of the environment
extern const StringRule folder_path;
extern const StringRule file_path;
extern const StringRule host_name;
extern const StringRule line_expression;  // short enough for a compiler of expressions that recurses
extern const StringRule answer_delimiter;
extern const StringRule block_tag;     // fits a name of the black box
extern const StringRule symbol_name;   // of a function, or of the file of a module
extern const StringRule finding_kind;  // a known kind, or a pattern of them

}  // namespace heapstorm::scenario
