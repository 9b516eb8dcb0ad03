#include "harness/scenario/reading/input_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "harness/base/printable.h"

namespace heapstorm::scenario {
namespace {

// Far above any of ours; a wrong path (a log, a device) is noticed before it fills the memory.
constexpr std::size_t file_limit_bytes = 4u << 20;

Error wrong_file(const std::string& file, const std::string& what) {
  return Error::bad_input(fmt::format("{}: {}", printable(file), what));
}

}  // namespace

Result<std::string> read_input(const std::string& file, const char* what) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) return wrong_file(file, "is a directory, not a file");
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return wrong_file(file, fmt::format("cannot open: {}", std::strerror(errno)));
  std::string text(file_limit_bytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) return wrong_file(file, fmt::format("cannot read: {}", std::strerror(errno)));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > file_limit_bytes) return wrong_file(file, fmt::format("is larger than 4 MiB, so no {}", what));
  return text;
}

void note_duplicates(const JsonDocument& document, Diagnostics& diagnostics) {
  for (const DuplicateKey& key : document.duplicates) {
    diagnostics.add_at_line(key.line, key.pointer,
                            fmt::format("the key is there twice, first on line {}", key.first_line));
  }
}

}  // namespace heapstorm::scenario
