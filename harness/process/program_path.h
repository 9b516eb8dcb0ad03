// Looking programs up in PATH, as a shell does.
#pragma once

#include <string>

namespace heapstorm {

// The path of the first plain file of this name in PATH's folders that we may run, or "". Folders that are not written
// from the root are left out: the program is to be the same wherever it is looked up from.
std::string find_in_path(const std::string& name);

// Whether it is a plain file that we may run.
bool is_program(const std::string& path);

}  // namespace heapstorm
