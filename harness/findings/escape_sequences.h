// Terminals' escape sequences in a program's words.
#pragma once

#include <string>
#include <string_view>

namespace heapstorm {

// `text` without colours and other escape sequences (ECMA-48: CSI, OSC and other strings, single characters), so that
// it can be read as words. A line end never belongs to one.
std::string without_escape_sequences(std::string_view text);

}  // namespace heapstorm
