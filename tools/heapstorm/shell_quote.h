// An argument as a shell takes it.
#pragma once

#include <string>

namespace heapstorm::cli {

// Unchanged where that is safe, else in single quotes; with escapes in them if it has control characters or is no
// UTF-8.
std::string shell_quote(const std::string& argument);

}  // namespace heapstorm::cli
