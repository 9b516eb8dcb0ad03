// An argument as a shell takes it.
#pragma once

#include <string>

namespace heapstorm::cli {

// Unchanged where that is safe, else in single quotes.
std::string shell_quote(const std::string& argument);

}  // namespace heapstorm::cli
