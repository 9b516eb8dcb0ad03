#include <algorithm>
#include <fstream>

#include "harness/findings/log_findings.h"

namespace heapstorm {
namespace {

// The next bytes of it, at most so many.
std::string read_bytes(std::ifstream& file, std::size_t limit_bytes) {
  std::string text(limit_bytes, '\0');
  file.read(text.data(), static_cast<std::streamsize>(limit_bytes));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return text;
}

LogFile read_beginning(std::ifstream& file, std::size_t limit_bytes) {
  LogFile log{.text = read_bytes(file, limit_bytes + 1)};
  log.cut_off = log.text.size() > limit_bytes;
  if (log.cut_off) log.text.resize(limit_bytes);
  return log;
}

}  // namespace

LogFile read_log_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return file ? read_beginning(file, max_log_bytes) : LogFile{};
}

LogEnds read_log_ends(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {};
  LogEnds ends{.beginning = read_beginning(file, 2 * max_log_bytes)};
  if (!ends.beginning.cut_off) return ends;
  ends.beginning.text.resize(max_log_bytes);
  file.clear();
  file.seekg(-static_cast<std::streamoff>(max_log_bytes), std::ios::end);
  ends.end = read_bytes(file, max_log_bytes);
  return ends;
}

}  // namespace heapstorm
