#include "harness/findings/log_file.h"

#include <algorithm>
#include <fstream>

namespace heapstorm {

LogFile read_log_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {};
  LogFile log;
  log.text.resize(most_log_bytes + 1);
  file.read(log.text.data(), static_cast<std::streamsize>(log.text.size()));
  log.text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  log.cut_off = log.text.size() > most_log_bytes;
  if (log.cut_off) log.text.resize(most_log_bytes);
  return log;
}

}  // namespace heapstorm
