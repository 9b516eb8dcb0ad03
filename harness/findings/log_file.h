// The beginning of a log file: as much as anybody reads of it.
#pragma once

#include <cstddef>
#include <string>

namespace heapstorm {

constexpr std::size_t most_log_bytes = 4u << 20;

struct LogFile {
  std::string text;
  bool cut_off = false;  // the file goes on
};

// The first `most_log_bytes`; nothing of an absent or unreadable file.
LogFile read_log_file(const std::string& path);

}  // namespace heapstorm
