#include "harness/findings/testing/stored_logs.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

namespace heapstorm {
namespace {

// Files of the test programs are relative.
std::string side_text(const std::optional<Side>& side) {
  if (!side) return "-";
  for (const Frame& frame : side->stack) {
    if (frame.file.empty() || frame.file[0] == '/') continue;
    return side->thread + "@" + frame.function + "@" + frame.file + ":" + std::to_string(frame.line);
  }
  return side->thread + "@";
}

std::string finding_line(const Finding& finding) {
  std::ostringstream text;
  text << "# finding " << finding.kind << " " << finding.source << " offender=" << side_text(finding.offender)
       << " owner=" << side_text(finding.owner) << " freed=" << side_text(finding.freed)
       << " size=" << (finding.block ? finding.block->size.value_or(0) : 0) << (finding.damaged ? " damaged" : "");
  return text.str();
}

}  // namespace

std::vector<std::string> stored_logs(const std::string& extension) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(HEAPSTORM_FINDINGS_TESTDATA)) {
    if (entry.path().extension() == extension) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string stored_text(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::vector<std::string> expected_findings(const std::string& log) {
  std::vector<std::string> lines;
  std::istringstream stream(log);
  for (std::string line; std::getline(stream, line) && line.starts_with("# ");) lines.push_back(line);
  return lines;
}

std::vector<std::string> finding_lines(const std::vector<Finding>& findings) {
  std::vector<std::string> lines;
  for (const Finding& finding : findings) lines.push_back(finding_line(finding));
  return lines;
}

}  // namespace heapstorm
