// The lines of source code around the places that a finding names, where the files can be read.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace heapstorm {

struct SourceExcerpt {
  std::uint32_t first = 1;  // the number of the first line
  std::vector<std::string> lines;
  bool operator==(const SourceExcerpt&) const = default;
};

// Finds sources in folders. A file's name comes from the target, which may be hostile: only regular files of a bounded
// size whose names end as those of source files do are read, and only a few lines of each are shown. Bytes that are no
// UTF-8 stay as they are.
class SourceReader {
 public:
  // Relative names are looked for in each of the folders, in this order.
  explicit SourceReader(std::vector<std::string> folders) : folders_(std::move(folders)) {}

  // Nothing where there is no such file or line.
  std::optional<SourceExcerpt> around(const std::string& file, std::uint32_t line);

 private:
  using Lines = std::vector<std::string>;
  const Lines& lines_of(const std::string& file);

  std::vector<std::string> folders_;
  std::map<std::string, Lines> files_;  // empty for one that cannot be read
};

// The folder where the command was started, and those above the scenario's file: one of them is the tree that frames
// are relative to.
std::vector<std::string> source_folders(const std::string& scenario_file);

}  // namespace heapstorm
