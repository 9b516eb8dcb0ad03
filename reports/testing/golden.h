// Golden files: what a reporter wrote when a person last looked at it.
#pragma once

#include <string>

namespace heapstorm {

// The stored output. With HEAPSTORM_UPDATE_GOLDEN set, stores `actual` first: look at the difference before you commit
// it.
std::string golden(const std::string& name, const std::string& actual);

}  // namespace heapstorm
