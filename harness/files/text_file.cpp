#include "harness/files/text_file.h"

#include <algorithm>
#include <fstream>

namespace heapstorm {
namespace {

constexpr std::size_t min_read_bytes = 64u << 10;

}  // namespace

std::string read_text(const std::string& path, std::size_t limit_bytes) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  while (file && text.size() < limit_bytes) {
    const std::size_t begin = text.size();
    const std::size_t wanted = std::min(limit_bytes - begin, std::max(min_read_bytes, begin));
    text.resize(begin + wanted);
    file.read(text.data() + begin, static_cast<std::streamsize>(wanted));
    text.resize(begin + static_cast<std::size_t>(file.gcount()));
  }
  return text;
}

std::string read_tail(const std::string& path, std::size_t lines, std::size_t limit_bytes) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return "";
  const auto size = static_cast<std::size_t>(std::max<std::streamoff>(0, file.tellg()));
  const std::size_t wanted = std::min(size, limit_bytes);
  file.seekg(static_cast<std::streamoff>(size - wanted));
  std::string text(wanted, '\0');
  file.read(text.data(), static_cast<std::streamsize>(wanted));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::size_t begin = text.size();
  for (std::size_t i = 0; i < lines && begin != 0; ++i) {
    const std::size_t newline = text.rfind('\n', begin - 1);
    if (newline == std::string::npos) return text;
    begin = newline;
  }
  return text.substr(std::min(text.size(), begin + 1));
}

}  // namespace heapstorm
