// Text from a target, made valid UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace heapstorm {

// Replaces every byte that is not part of a well-formed sequence (Unicode 15, table 3-7) by U+FFFD. Never fails.
std::string valid_utf8(std::string_view bytes);

}  // namespace heapstorm
