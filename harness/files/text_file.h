// Small text files, read whole or from their end.
#pragma once

#include <cstddef>
#include <string>

namespace heapstorm {

// At most the first `limit_bytes`; "" if it cannot be read.
std::string read_text(const std::string& path, std::size_t limit_bytes);
// At most the last `lines` lines and `limit_bytes` bytes.
std::string read_tail(const std::string& path, std::size_t lines, std::size_t limit_bytes);

}  // namespace heapstorm
