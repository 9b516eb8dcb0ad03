// Log files: as much as anybody reads of them.
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

struct LogEnds {
  LogFile beginning;
  std::string end{};  // of a file that was cut off; "" if `beginning` is all
};

// Of a file of more than twice `most_log_bytes` the first and the last `most_log_bytes`; of a smaller one all.
LogEnds read_log_ends(const std::string& path);

}  // namespace heapstorm
