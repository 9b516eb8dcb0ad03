#include "reports/html/source_excerpts.h"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <system_error>

#include "harness/files/text_file.h"

namespace heapstorm {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t lines_before = 3;
constexpr std::uint32_t lines_after = 2;
constexpr std::uintmax_t max_file_bytes = 4 << 20;
constexpr const char* source_endings[] = {".c",  ".cc", ".cpp", ".cxx", ".h",  ".hh",   ".hpp", ".inc", ".ipp",
                                          ".rs", ".go", ".js",  ".ts",  ".py", ".java", ".zig", ".m",   ".mm"};

bool is_source_name(const std::string& file) {
  const std::string ending = fs::path(file).extension().string();
  return std::find(std::begin(source_endings), std::end(source_endings), ending) != std::end(source_endings);
}

bool is_readable_source(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && fs::file_size(path, error) <= max_file_bytes && !error;
}

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

const SourceReader::Lines& SourceReader::lines_of(const std::string& file) {
  const auto [known, is_new] = files_.try_emplace(file);
  if (!is_new || !is_source_name(file)) return known->second;
  for (const std::string& folder : folders_) {
    const fs::path path = fs::path(folder) / file;  // of an absolute file, the file itself
    if (!is_readable_source(path)) continue;
    known->second = split_lines(read_text(path.string(), max_file_bytes));
    break;
  }
  return known->second;
}

std::optional<SourceExcerpt> SourceReader::around(const std::string& file, std::uint32_t line) {
  const Lines& lines = lines_of(file);
  if (line == 0 || line > lines.size()) return std::nullopt;
  const std::uint32_t first = line > lines_before ? line - lines_before : 1;
  const std::size_t end = std::min<std::size_t>(lines.size(), std::size_t{line} + lines_after);
  return SourceExcerpt{first, {lines.begin() + (first - 1), lines.begin() + static_cast<std::ptrdiff_t>(end)}};
}

std::vector<std::string> source_folders(const std::string& scenario_file) {
  std::error_code error;
  std::vector<std::string> folders = {fs::current_path(error).string()};
  for (fs::path above = fs::absolute(scenario_file, error).parent_path(); !error && above != above.root_path();
       above = above.parent_path()) {
    folders.push_back(above.string());
  }
  return folders;
}

}  // namespace heapstorm
