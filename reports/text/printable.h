// Text of a target, made safe for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace heapstorm {

// Escapes control characters (C0, DEL, and C1 in UTF-8) as \xHH: what a target printed must not move the cursor,
// recolour or retitle a terminal, nor forge a line of ours.
std::string printable(std::string_view text);

}  // namespace heapstorm
